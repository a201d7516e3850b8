//! `countersign status`: what is unreviewed, by file.

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Parser;
use countersign_ledger::{Ledger, Place, locate};
use serde::Serialize;

use super::ignored::{Ignored, IgnoredJson};
use super::json::CountsJson;
use super::out;
use crate::workspace::Fault;
use crate::workspace::known::loss;
use crate::workspace::settings::Settings;
use crate::workspace::settings::house::House;
use crate::workspace::survey::Counts;
use crate::workspace::work_tree::{Manner, WorkTree, work_tree};

/// Show what is unreviewed, by file
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign status
  countersign status src --json")]
pub(super) struct Args {
    /// Only files in these folders, or these files
    paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct StatusJson {
    root: String,
    files: Vec<FileJson>,
    totals: TotalsJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<IgnoredJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

#[derive(Debug, Serialize)]
struct FileJson {
    path: String,
    #[serde(flatten)]
    counts: CountsJson,
}

#[derive(Debug, Serialize)]
struct TotalsJson {
    files: usize,
    #[serde(flatten)]
    counts: CountsJson,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let first = args
        .paths
        .first()
        .cloned()
        .unwrap_or_else(|| PathBuf::from("."));
    let place = locate(&first);
    if place.is_bare() {
        let why = format!(
            "{} is a bare repository: there is no work tree to look at",
            place.root.display()
        );
        let next = "countersign check judges what its HEAD holds; countersign blame FILE --rev REV shows a file of it";
        return Err(Fault::NotEnoughKnown { why, next });
    }
    let wanted = wanted(&place, &args.paths)?;
    let mut ledger = Ledger::open_to_read(&place)?;
    let house = House::of_work_tree(&place);
    out::warn(&house.complaints);
    let mut ignored = Ignored::by(Settings::from(house.layer));
    let Found { mut files, unread } = match &mut ledger {
        Some(ledger) => find(ledger, &place, &wanted)?,
        None => Found::default(),
    };
    if let Some(path) = wanted.iter().find(|path| is_nothing(&place, path, &files)) {
        let message = format!("{path}: no such file in {}", place.root.display());
        return Err(Fault::Usage(message));
    }
    files.retain(|(path, counts)| !ignored.takes(path, *counts));
    let loss = ledger.as_ref().map(loss).transpose()?.flatten();
    let is_partial = !unread.is_empty();
    let unread = unread
        .iter()
        .map(|fault| format!("{fault}: what is known of it is not counted"));
    let warnings: Vec<String> = loss.into_iter().chain(unread).collect();
    let mut totals = Counts::default();
    files.iter().for_each(|(_, counts)| totals += *counts);
    if args.json {
        print_json(&place, files, totals, &ignored, &warnings);
    } else {
        out::warn(&warnings);
        let nothing = match is_partial {
            true => "Nothing else",
            false => "Nothing",
        };
        let nothing = format!(
            "{nothing} in {} waits for review.",
            scope(&place, &args.paths)
        );
        print(&nothing, &files, totals, &ignored);
    }
    Ok(0)
}

/// Relative paths that were asked for; empty: all.
fn wanted(place: &Place, paths: &[PathBuf]) -> Result<Vec<String>, Fault> {
    let mut wanted = Vec::new();
    for path in paths {
        match place.relative(path) {
            Some(relative) => wanted.push(relative),
            None if locate(path).root == place.root => return Ok(Vec::new()),
            None => {
                let message = format!("{} is not in {}", path.display(), place.root.display());
                return Err(Fault::Usage(message));
            }
        }
    }
    Ok(wanted)
}

/// What nothing is known of, and where nothing stands.
fn is_nothing(place: &Place, path: &str, files: &[(String, Counts)]) -> bool {
    let is_known = || files.iter().any(|(file, _)| is_in(file, path));
    place.absolute(path).symlink_metadata().is_err() && !is_known()
}

/// What was asked about, in words.
fn scope(place: &Place, paths: &[PathBuf]) -> String {
    if paths.is_empty() {
        return place.root.display().to_string();
    }
    let names = paths.iter().map(|path| out::name(&path.to_string_lossy()));
    names.collect::<Vec<_>>().join(", ")
}

fn is_in(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The files that have a region, by path, and why others could not be read.
#[derive(Default)]
struct Found {
    files: Vec<(String, Counts)>,
    unread: Vec<Fault>,
}

fn find(ledger: &mut Ledger, place: &Place, wanted: &[String]) -> Result<Found, Fault> {
    let asked = |path: &str| wanted.is_empty() || wanted.iter().any(|it| is_in(path, it));
    let manner = Manner {
        step: &mut |_| ControlFlow::Continue(()),
        is_enough: &|_, _, _| true,
    };
    let WorkTree {
        survey,
        counts,
        unread,
    } = work_tree(ledger, place, manner)?;
    let unread = unread.into_iter().filter(|(path, _)| asked(path));
    let mut files: Vec<(String, Counts)> = counts.into_iter().collect();
    files.retain(|(path, _)| asked(path));
    for (path, removals) in survey.deleted.iter().filter(|(path, _)| asked(path)) {
        let open = survey.open_removals(removals) as u32;
        files.push((
            path.clone(),
            Counts {
                removals: open,
                ..Counts::default()
            },
        ));
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Found {
        files,
        unread: unread.map(|(_, fault)| fault).collect(),
    })
}

fn print_json(
    place: &Place,
    files: Vec<(String, Counts)>,
    totals: Counts,
    ignored: &Ignored,
    warnings: &[String],
) {
    let warning = (!warnings.is_empty()).then(|| warnings.join("; "));
    let root = place.root.to_string_lossy().into_owned();
    let totals = TotalsJson {
        files: files.len(),
        counts: totals.into(),
    };
    let files = files
        .into_iter()
        .map(|(path, counts)| FileJson {
            path,
            counts: counts.into(),
        })
        .collect();
    out::json(&StatusJson {
        root,
        files,
        totals,
        ignored: ignored.json(),
        warning,
    });
}

fn print(nothing: &str, files: &[(String, Counts)], totals: Counts, ignored: &Ignored) {
    for (path, counts) in files {
        out::line(&format!("{}: {}", out::name(path), words(*counts)));
    }
    if totals.is_settled() && totals.suspected == 0 {
        out::line(nothing);
    } else {
        let inside = out::count(files.len() as u32, "file");
        out::line(&format!("\nIn {inside}: {}.", words(totals)));
        out::line(
            "Look at it in your editor, or: countersign blame FILE, countersign confirm FILE:FIRST-LAST",
        );
    }
    if let Some(line) = ignored.line() {
        out::line(&line);
    }
}

fn words(counts: Counts) -> String {
    let parts = [
        (counts.unreviewed, "unreviewed"),
        (counts.suspected, "suspected"),
        (counts.confirmed, "confirmed"),
        (counts.claimed, "claimed"),
        (counts.generated, "generated"),
    ];
    let lines = parts.iter().filter(|(n, _)| *n > 0);
    let mut words: Vec<String> = lines
        .map(|(n, state)| format!("{} {state}", out::count(*n, "line")))
        .collect();
    if counts.removals > 0 {
        words.push(format!(
            "{} unreviewed",
            out::count(counts.removals, "removal")
        ));
    }
    if words.is_empty() {
        "settled".into()
    } else {
        words.join(", ")
    }
}
