//! `countersign check`: the gate.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use countersign_ledger::{Ledger, git, locate};
use countersign_provenance::review::{Region, State};
use countersign_syntax::Unit;
use serde::Serialize;

use super::ignored::{Ignored, IgnoredJson};
use super::json::RegionJson;
use super::out;
use crate::workspace::Fault;
use crate::workspace::gate::judge_head;
use crate::workspace::settings::Settings;
use crate::workspace::survey::{Counts, Survey, Surveyed, count};
use crate::workspace::units::{self, Wanted};

/// Judge HEAD: exit 1 while it holds text that an assistant wrote and nobody confirmed
///
/// Exit 2 where not enough is known to judge. The work tree is not looked at. Files that `ignore` names in HEAD's
/// countersign.toml are not judged, and counted in the last line; a countersign.toml that an assistant changed has no
/// effect until somebody has confirmed it.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign check
  countersign check --format json")]
pub(super) struct Args {
    /// How to print the judgement
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A file or folder of the repository
    #[arg(long, default_value = ".")]
    repository: PathBuf,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

#[derive(Debug, Serialize)]
struct CheckJson {
    pass: bool,
    base: Option<String>,
    head: String,
    unreviewed_lines: u32,
    files: Vec<FileJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<IgnoredJson>,
}

#[derive(Debug, Serialize)]
struct FileJson {
    path: String,
    regions: Vec<RegionJson>,
    removals: u32,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let place = locate(&args.repository);
    let (mut ledger, judged) = judge_head(&place)?;
    let survey = &judged.survey;
    out::warn(&judged.house.complaints);
    let mut ignored = Ignored::by(Settings::from(judged.house.layer));
    let mut totals = Counts::default();
    let mut open = Vec::new();
    for file in &survey.files {
        let counts = count(&file.text, &survey.regions(file));
        if ignored.takes(&file.path, counts) {
            continue;
        }
        totals += counts;
        if !counts.is_settled() {
            open.push((file, counts));
        }
    }
    let regions = match args.format {
        Format::Human => Vec::new(),
        Format::Json => regions_json(&mut ledger, survey, &open),
    };
    let mut regions = regions.into_iter();
    let mut files = Vec::new();
    for (file, counts) in open {
        files.push((
            FileJson {
                path: file.path.clone(),
                regions: regions.next().unwrap_or_default(),
                removals: counts.removals,
            },
            counts,
        ));
    }
    for (path, ids) in &survey.deleted {
        let removals = survey.open_removals(ids) as u32;
        let counts = Counts {
            removals,
            ..Counts::default()
        };
        if ignored.takes(path, counts) {
            continue;
        }
        totals += counts;
        if removals > 0 {
            files.push((
                FileJson {
                    path: path.clone(),
                    regions: Vec::new(),
                    removals,
                },
                counts,
            ));
        }
    }
    let pass = totals.is_settled();
    match args.format {
        Format::Human => print(&judged.head, &files, totals, &ignored),
        Format::Json => out::json(&CheckJson {
            pass,
            base: None,
            head: judged.head,
            unreviewed_lines: totals.unreviewed,
            files: files.into_iter().map(|(file, _)| file).collect(),
            ignored: ignored.json(),
        }),
    }
    Ok(u8::from(!pass))
}

/// The regions of each file that keep the gate red, each within its unit.
fn regions_json(
    ledger: &mut Ledger,
    survey: &Survey,
    files: &[(&Surveyed, Counts)],
) -> Vec<Vec<RegionJson>> {
    let format = git::object_format(ledger.place());
    let wanted = files.iter().map(|(file, _)| wanted(file, format));
    let wanted: Vec<_> = wanted.collect();
    let units = units::of_many(ledger, &wanted);
    let files = files.iter().zip(&units);
    files
        .map(|((file, _), units)| open_regions(survey, file, units))
        .collect()
}

fn wanted(file: &Surveyed, format: git::ObjectFormat) -> Wanted<'_> {
    let text = file.text.to_string();
    Wanted {
        path: &file.path,
        blob: git::blob_id(text.as_bytes(), format),
        text: Cow::Owned(text),
    }
}

fn open_regions(survey: &Survey, file: &Surveyed, units: &[Unit]) -> Vec<RegionJson> {
    let borders = units::borders(units);
    let regions = survey
        .knowledge
        .review(&file.text, &file.raw, &borders, file.authored);
    let json = |region: &Region| {
        let unit = units::at(units, region.bytes.start).map(|unit| unit.name.as_str());
        RegionJson::new(region, unit)
    };
    let open = |region: &&Region| region.state == State::Unreviewed;
    regions.iter().filter(open).map(json).collect()
}

fn print(head: &str, files: &[(FileJson, Counts)], totals: Counts, ignored: &Ignored) {
    judgement(head, files, totals);
    if let Some(line) = ignored.line() {
        out::line(&line);
    }
}

fn judgement(head: &str, files: &[(FileJson, Counts)], totals: Counts) {
    let short = &head[..head.len().min(12)];
    if totals.is_settled() {
        out::line(&format!(
            "Green: a person stands behind all that assistants are known to have written in {short}."
        ));
        return;
    }
    for (file, counts) in files {
        out::line(&format!("{}: {}", file.path, words(*counts)));
    }
    let total = words(totals);
    out::line(&format!(
        "\nRed: {total} in {short}, in {}.",
        out::count(files.len() as u32, "file")
    ));
    if let Some((file, _)) = files.first() {
        out::line(&format!("Read it, then: countersign confirm {}", file.path));
    }
}

fn words(counts: Counts) -> String {
    let mut words = Vec::new();
    if counts.unreviewed > 0 {
        words.push(format!(
            "{} unreviewed",
            out::count(counts.unreviewed, "line")
        ));
    }
    if counts.removals > 0 {
        words.push(format!(
            "{} unreviewed",
            out::count(counts.removals, "removal")
        ));
    }
    words.join(", ")
}
