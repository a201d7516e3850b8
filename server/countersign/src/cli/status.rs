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
    let wanted = wanted(&place, &args.paths)?;
    let mut ledger = Ledger::open_to_read(&place)?;
    let house = House::of_work_tree(&place);
    out::warn(&house.complaints);
    let mut ignored = Ignored::by(Settings::from(house.layer));
    let mut files = match &mut ledger {
        Some(ledger) => files(ledger, &place, &wanted)?,
        None => Vec::new(),
    };
    files.retain(|(path, counts)| !ignored.takes(path, *counts));
    let loss = ledger.as_ref().map(Ledger::loss).transpose()?.flatten();
    let warning = loss.map(|loss| {
        format!(
            "the ledger was damaged and set aside as {}: facts may be missing",
            loss.set_aside.display()
        )
    });
    let mut totals = Counts::default();
    files.iter().for_each(|(_, counts)| totals += *counts);
    if args.json {
        print_json(&place, files, totals, &ignored, warning);
    } else {
        print(&place, &files, totals, &ignored, warning);
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

fn files(
    ledger: &mut Ledger,
    place: &Place,
    wanted: &[String],
) -> Result<Vec<(String, Counts)>, Fault> {
    let asked = |path: &str| {
        let inside = |w: &String| {
            path.strip_prefix(w.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        wanted.is_empty() || wanted.iter().any(inside)
    };
    let manner = Manner {
        step: &mut |_| ControlFlow::Continue(()),
        is_enough: &|_, _, _| true,
    };
    let WorkTree { survey, counts } = work_tree(ledger, place, manner)?;
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
    Ok(files)
}

fn print_json(
    place: &Place,
    files: Vec<(String, Counts)>,
    totals: Counts,
    ignored: &Ignored,
    warning: Option<String>,
) {
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

fn print(
    place: &Place,
    files: &[(String, Counts)],
    totals: Counts,
    ignored: &Ignored,
    warning: Option<String>,
) {
    if let Some(warning) = warning {
        out::error(&format!("warning: {warning}"));
    }
    for (path, counts) in files {
        out::line(&format!("{}: {}", out::name(path), words(*counts)));
    }
    if totals.is_settled() && totals.suspected == 0 {
        let scope = place.root.display();
        out::line(&format!("Nothing in {scope} waits for review."));
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
