//! `countersign check`: the gate.

use std::borrow::Cow;
use std::path::Path;

use clap::{Parser, ValueEnum, ValueHint};
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::review::{Region, State};
use countersign_syntax::Unit;
use serde::Serialize;

use super::ignored::{Ignored, IgnoredJson};
use super::json::RegionJson;
use super::out;
use super::repository::Repository;
use crate::workspace::Fault;
use crate::workspace::gate::{INDEX, Judged, Scope, judge};
use crate::workspace::settings::Settings;
use crate::workspace::survey::{Counts, Survey, Surveyed, count};
use crate::workspace::units::{self, Wanted};

/// Judge HEAD, or what is new in it: exit 1 while it holds text that an assistant wrote and nobody confirmed
///
/// Exit 2 where not enough is known to judge: the command to run is told. The work tree is not looked at. Files that
/// `ignore` names in the countersign.toml of what is judged are left out, and counted in the last line; a
/// countersign.toml that an assistant changed has no effect until somebody has confirmed it.
///
/// With --base, only lines that are new since HEAD parted from REV are judged (moved text and new layout are not new),
/// and removals of what stood there. New text of which nothing is known counts as unreviewed where the commit that
/// brought it carries an assistant's mark, such as a Co-Authored-By trailer.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign check                        all that HEAD holds
  countersign check --base origin/main     what a branch brings: for CI and before a push
  countersign check --staged               what the next commit brings: for a pre-commit hook
  countersign check --base main --format json")]
pub(super) struct Args {
    /// Judge only what is new in HEAD since it parted from this revision
    #[arg(long, value_name = "REV", value_hint = ValueHint::Other, conflicts_with = "staged")]
    base: Option<String>,
    /// Judge only what is staged: the index since HEAD
    #[arg(long)]
    staged: bool,
    /// How to print the judgement
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print JSON: the same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    repository: Repository,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bases: Vec<String>,
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

impl Args {
    fn format(&self) -> Format {
        match self.json {
            true => Format::Json,
            false => self.format,
        }
    }

    fn scope(&self) -> Scope {
        match &self.base {
            Some(revision) => Scope::Since(revision.clone()),
            None if self.staged => Scope::Staged,
            None => Scope::Head,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let place = args.repository.place();
    let (mut ledger, judged) = judge(&place, &args.scope())?;
    let survey = &judged.survey;
    out::warn(&judged.remarks);
    out::warn(&judged.house.complaints);
    let mut ignored = Ignored::by(Settings::from(judged.house.layer.clone()));
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
    let regions = match args.format() {
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
    match args.format() {
        Format::Human => {
            judgement(&what(&place, &judged), &files, totals);
            if let (Some((file, _)), false) = (files.first(), pass) {
                out::line(&next(&place, args, &file.path));
            }
            if let Some(line) = ignored.line() {
                out::line(&line);
            }
        }
        Format::Json => out::json(&CheckJson {
            pass,
            base: judged.bases.first().cloned(),
            bases: several(judged.bases),
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
    let regions = survey.regions_within(file, &units::borders(units));
    let json = |region: &Region| {
        let unit = units::at(units, region.bytes.start).map(|unit| unit.name.as_str());
        RegionJson::new(region, unit)
    };
    let open = |region: &&Region| region.state == State::Unreviewed;
    regions.iter().filter(open).map(json).collect()
}

/// Told apart only where there are several.
fn several(bases: Vec<String>) -> Vec<String> {
    match bases.len() {
        0 | 1 => Vec::new(),
        _ => bases,
    }
}

fn judgement(what: &str, files: &[(FileJson, Counts)], totals: Counts) {
    if totals.is_settled() {
        out::line(&format!(
            "Green: a person stands behind all that assistants are known to have written in {what}."
        ));
        return;
    }
    for (file, counts) in files {
        out::line(&format!("{}: {}", out::name(&file.path), words(*counts)));
    }
    let total = words(totals);
    out::line(&format!(
        "\nRed: {total} in {what}, in {}.",
        out::count(files.len() as u32, "file")
    ));
}

/// The head, or what is new in it since its base. Where nothing was before, that is all of it.
fn what(place: &Place, judged: &Judged) -> String {
    let short = |id: &String| id[..id.len().min(12)].to_owned();
    let head = match &*judged.head {
        INDEX => "the index".to_owned(),
        _ => short(&judged.head),
    };
    let nothing = git::empty_tree_id(place);
    let bases: Vec<String> = judged.bases.iter().map(short).collect();
    match judged.bases.iter().all(|base| base == nothing) {
        true => head,
        false => format!("what is new in {head} since {}", bases.join(" and ")),
    }
}

/// The command for the first file, with a path that is right where the person stands.
fn next(place: &Place, args: &Args, path: &str) -> String {
    let is_at_root = args.repository.named() == Path::new(".")
        && place.relative(args.repository.named()).is_none();
    let target = match is_at_root {
        true => path.to_owned(),
        false => place.absolute(path).display().to_string(),
    };
    let is_plain = |c: char| c.is_alphanumeric() || "/\\._-+@:".contains(c);
    let target = match target.chars().all(is_plain) {
        true => target,
        // It can be typed in as many ways as there are shells.
        false if target.chars().any(char::is_control) => "FILE".to_owned(),
        false => format!("'{}'", target.replace('\'', r"'\''")),
    };
    format!("Read it, then: countersign confirm {target}")
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
