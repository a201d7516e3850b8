//! `countersign blame FILE`: every line's origin and who stands behind it.

use std::ops::Range;
use std::path::PathBuf;

use clap::{Parser, ValueHint};
use countersign_ledger::git::{NotText, Version};
use countersign_ledger::{Ledger, git};
use countersign_provenance::review::Region;
use countersign_provenance::{BlobId, Text};
use serde::Serialize;

use super::json::RegionJson;
use super::out;
use crate::workspace::Fault;
use crate::workspace::file::{Named, View};
use crate::workspace::findings::product;
use crate::workspace::known::loss;
use crate::workspace::recognise::World;
use crate::workspace::tree::Tree;

/// Show every line's origin and who stands behind it
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign blame src/main.rs
  countersign blame src/main.rs --rev HEAD~3 --json")]
pub(super) struct Args {
    /// The file
    file: PathBuf,
    /// Read the file from this revision instead of from disk
    #[arg(long, value_hint = ValueHint::Other)]
    rev: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct BlameJson {
    path: String,
    blob: String,
    lines: u32,
    regions: Vec<RegionJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let named = Named::new(&args.file)?;
    let mut ledger = Ledger::open_to_read(&named.place)?;
    let loss = ledger.as_ref().map(loss).transpose()?.flatten();
    let deleted = match &mut ledger {
        Some(ledger) if args.rev.is_none() => View::of_deleted(ledger, &named)?,
        _ => None,
    };
    if let Some(view) = deleted {
        show(args, &view, loss);
        return Ok(0);
    }
    let (text, blob) = match &args.rev {
        Some(rev) => committed(&named, rev)?,
        None => named.text()?,
    };
    let view = match ledger {
        Some(mut ledger) => {
            let version = args
                .rev
                .as_ref()
                .map(|rev| git::rev_parse(&named.place, rev));
            let version = version.transpose()?.map(Version::Commit);
            let tree = version
                .as_ref()
                .map(|version| Tree::of(&named.place, version));
            let world = match &tree {
                Some(tree) => World::tree(&named.place, tree),
                None => World::work_tree(&named.place),
            };
            View::within(&world, &mut ledger, &named.path, &blob, &text)?
        }
        None => View::unknown(&named.path, &blob, &text),
    };
    show(args, &view, loss);
    Ok(0)
}

fn show(args: &Args, view: &View, warning: Option<String>) {
    if args.json {
        let unit = |region| view.unit_of(region).map(|unit| unit.name.as_str());
        let regions = view
            .regions
            .iter()
            .map(|region| RegionJson::new(region, unit(region)));
        out::json(&BlameJson {
            path: view.path.clone(),
            blob: view.blob.to_string(),
            lines: line_count(&view.text),
            regions: regions.collect(),
            warning,
        });
    } else {
        out::warn(warning.as_slice());
        print(view);
    }
}

fn committed(named: &Named, rev: &str) -> Result<(String, BlobId), Fault> {
    let bytes = git::read_at(&named.place, rev, std::slice::from_ref(&named.path))?
        .pop()
        .flatten();
    let absent = || Fault::Usage(format!("{rev} has no file {}", named.path));
    let bytes = bytes.ok_or_else(absent)?;
    let blob = git::blob_id(&bytes, git::object_format(&named.place));
    let path = PathBuf::from(&named.path);
    let not_text = |not: NotText| Fault::NotText {
        path,
        why: not.why(),
    };
    Ok((git::text_of(bytes).map_err(not_text)?, blob))
}

/// Lines as people count them: a last line end begins no line.
fn line_count(text: &Text) -> u32 {
    let ends = !text.is_empty() && text.line_start(text.line_count() - 1) == text.len();
    if text.is_empty() {
        0
    } else {
        text.line_count() - u32::from(ends)
    }
}

fn print(view: &View) {
    let width = view
        .regions
        .iter()
        .filter(|region| !region.is_removal())
        .map(|region| label(region).len())
        .max()
        .unwrap_or(0);
    let digits = line_count(&view.text).to_string().len();
    let mut next = 0;
    for number in 0..line_count(&view.text) {
        let bytes = view.text.line_start(number)..view.text.line_start(number + 1);
        let line = view.text.slice(bytes);
        let line = line.trim_end_matches(['\r', '\n']);
        while view
            .regions
            .get(next)
            .is_some_and(|r| r.lines.1 < number && !r.is_removal())
        {
            next += 1;
        }
        let here = view.regions[next.min(view.regions.len())..].iter();
        let here = here.take_while(|region| region.lines.0 <= number);
        let marked = here
            .clone()
            .find(|r| r.lines.1 >= number && !r.is_removal());
        let label = marked
            .filter(|_| !line.trim().is_empty())
            .map(label)
            .unwrap_or_default();
        out::line(&format!("{label:width$} {:digits$} {line}", number + 1));
        print_removals(view, number..number + 1, width + digits);
    }
    // Also of a file that holds nothing any more.
    print_removals(view, line_count(&view.text)..u32::MAX, width + digits);
    if view.regions.is_empty() {
        out::error("note: no assistant is known to have written any of it");
    }
}

/// What was taken away on these lines, counted from 0.
fn print_removals(view: &View, lines: Range<u32>, indent: usize) {
    let removals = view.regions.iter().filter(|region| region.is_removal());
    for removal in removals.filter(|removal| lines.contains(&removal.lines.0)) {
        let lines = out::count(removal.removed_lines, "line");
        out::line(&format!(
            "{:indent$}  ({lines} taken away here by {})",
            "",
            label(removal)
        ));
    }
}

fn label(region: &Region) -> String {
    let source = product(&region.origin.source);
    match region.acts.last() {
        Some(fact) => {
            let by = out::name(name_of(&fact.by));
            format!("{source}, {} by {by}", region.state.word())
        }
        None => format!("{source}, {}", region.state.word()),
    }
}

fn name_of(by: &str) -> &str {
    by.split(" <").next().unwrap_or(by)
}
