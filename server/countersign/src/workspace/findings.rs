//! What a reviewer is shown of a text: one finding a unit.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use countersign_provenance::review::{Region, State};
use countersign_provenance::{Inked as _, Reading, RemovalId, Stretch, Text};
use countersign_syntax::{Unit, UnitKind, UnitPart};

use super::printable::printable;
use super::units;

/// What the names of removals begin with.
const REMOVAL: &str = "removal:";

/// What kind of look a unit asks for; the first that is true of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    /// An assistant wrote some of it.
    Unreviewed,
    /// An assistant took some of it away.
    Removed,
    /// An assistant seems to have written some of it.
    Suspected,
}

impl Code {
    /// The word in diagnostics.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Code::Unreviewed => "unreviewed",
            Code::Removed => "removed",
            Code::Suspected => "suspected",
        }
    }
}

/// A unit that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// How the unit is called: a name in backticks, or "lines 3-9".
    pub(crate) name: String,
    /// What kind of look it asks for.
    pub(crate) code: Code,
    /// Its first line that asks for one, without white space; bytes.
    pub(crate) at: Range<u32>,
    /// The unit; a type without its methods may have several pieces. Bytes.
    pub(crate) pieces: Vec<Range<u32>>,
    /// "24 lines by Claude Code".
    pub(crate) what: String,
    /// Likewise all that is confirmed with it: "24 lines by Claude Code and 2 suspected lines by Codex".
    pub(crate) covers: String,
    /// Lines that ask for a look, without blank ones.
    pub(crate) lines: u32,
    /// Names of the regions, for commands.
    pub(crate) ids: Vec<String>,
    /// Only brackets and commas are left of what was written: shown to nobody,
    /// but confirmed with the unit.
    pub(crate) is_remnant: bool,
}

impl Finding {
    /// The diagnostic's message.
    pub(crate) fn message(&self) -> String {
        let state = if self.code == Code::Suspected {
            "suspected"
        } else {
            "unreviewed"
        };
        format!("{}: {}, {state}", self.name, self.what)
    }

    /// What was taken away from the unit.
    pub(crate) fn removals(&self) -> impl Iterator<Item = RemovalId> {
        let ids = self.ids.iter();
        ids.filter_map(|id| id.strip_prefix(REMOVAL)?.parse().ok())
    }

    /// Whether a range of bytes touches the unit. A place does right behind it on the same line, and where it is shown.
    pub(crate) fn touches(&self, text: &Text, range: &Range<u32>) -> bool {
        let begins_line = text.line_start(text.line_of(range.start)) == range.start;
        let is_behind = |piece: &Range<u32>| range.start == piece.end && !begins_line;
        let pieces = self.pieces.iter();
        pieces
            .clone()
            .any(|piece| piece.start < range.end.max(range.start + 1) && range.start < piece.end)
            || range.is_empty()
                && (self.at.contains(&range.start)
                    || self.at.end == range.start
                    || pieces.clone().any(is_behind))
    }
}

/// The units of a text that somebody should look at, from first to last.
pub(crate) fn findings(text: &Text, regions: &[Region], units: &[Unit]) -> Vec<Finding> {
    let mut groups: Vec<(Option<usize>, Vec<&Region>)> = Vec::new();
    let mut group_of = HashMap::new();
    for region in regions.iter().filter(|region| region.state.is_open()) {
        let piece = units::index_at(units, region.bytes.start);
        let first = piece.map(|piece| first_piece(units, piece));
        let group = *group_of.entry(first).or_insert(groups.len());
        match groups.get_mut(group) {
            Some((_, group)) => group.push(region),
            None => groups.push((first, vec![region])),
        }
    }
    let text = &text.reading();
    let is_further = |index: &usize| units[*index].part == UnitPart::Further;
    let further: Vec<usize> = (0..units.len()).filter(is_further).collect();
    let finding = |(first, group): &(Option<usize>, Vec<&Region>)| {
        let pieces = pieces(text, units, &further, *first);
        let unit = first.map(|first| &units[first]);
        finding(text, unit, pieces, group)
    };
    groups.iter().map(finding).collect()
}

/// Where the unit begins that has this piece. Two of one name are two; an edit may have taken the first piece away.
fn first_piece(units: &[Unit], piece: usize) -> usize {
    if units[piece].part == UnitPart::First {
        return piece;
    }
    let mut above = units[..piece].iter();
    let same = |other: &Unit| is_called_alike(&units[piece], other);
    let first = above.rposition(|other| other.part == UnitPart::First && same(other));
    first.unwrap_or_else(|| units[..piece].iter().position(same).unwrap_or(piece))
}

fn is_called_alike(unit: &Unit, other: &Unit) -> bool {
    unit.kind == other.kind && unit.name == other.name
}

/// The pieces of the unit that begins with this one; `further` are those of all units.
fn pieces(
    text: &Reading<'_>,
    units: &[Unit],
    further: &[usize],
    first: Option<usize>,
) -> Vec<Range<u32>> {
    let Some(first) = first else {
        return std::iter::once(0..text.length()).collect();
    };
    let behind = &further[further.partition_point(|&piece| piece <= first)..];
    let alike = behind
        .iter()
        .filter(|&&piece| is_called_alike(&units[first], &units[piece]));
    let own = alike.take_while(|&&piece| first_piece(units, piece) == first);
    std::iter::once(&first)
        .chain(own)
        .map(|&piece| units[piece].bytes.start as u32..units[piece].bytes.end as u32)
        .collect()
}

fn finding(
    text: &Reading<'_>,
    unit: Option<&Unit>,
    pieces: Vec<Range<u32>>,
    group: &[&Region],
) -> Finding {
    let code = group
        .iter()
        .map(|region| code_of(region))
        .min()
        .unwrap_or(Code::Unreviewed);
    let shown = regions_of(group, code);
    let lines = lines_of(text, code, &shown);
    let what = told(lines, "line", code, &shown);
    let mut covers = vec![what.clone()];
    for (other, noun) in [(Code::Removed, "line"), (Code::Suspected, "suspected line")] {
        let also = regions_of(group, other);
        if other > code && !also.is_empty() {
            covers.push(told(lines_of(text, other, &also), noun, other, &also));
        }
    }
    Finding {
        name: name(text, unit, &pieces),
        code,
        at: first_line(text, shown[0]),
        what,
        covers: covers.join(" and "),
        lines,
        ids: group.iter().flat_map(|region| ids(region)).collect(),
        is_remnant: code != Code::Removed && group.iter().all(|region| is_remnant(text, region)),
        pieces,
    }
}

fn regions_of<'a>(group: &'a [&'a Region], code: Code) -> Vec<&'a &'a Region> {
    let all = group.iter();
    all.filter(|region| code_of(region) == code).collect()
}

fn lines_of(text: &Reading<'_>, code: Code, regions: &[&&Region]) -> u32 {
    match code {
        Code::Removed => regions.iter().map(|region| region.removed_lines).sum(),
        Code::Unreviewed | Code::Suspected => inked_lines(text, regions),
    }
}

/// "24 lines by Claude Code", "1 line taken away by Codex".
fn told(lines: u32, noun: &str, code: Code, regions: &[&&Region]) -> String {
    let plural = if lines == 1 { "" } else { "s" };
    let verb = match code {
        Code::Removed => "taken away by",
        Code::Unreviewed | Code::Suspected => "by",
    };
    format!("{lines} {noun}{plural} {verb} {}", sources(regions))
}

/// Who wrote it: "Claude Code and Codex".
fn sources(shown: &[&&Region]) -> String {
    let sources: BTreeSet<&str> = shown
        .iter()
        .map(|region| region.origin.source.as_str())
        .collect();
    let mut sources: Vec<String> = sources.into_iter().map(product).collect();
    sources.sort();
    sources.join(" and ")
}

fn code_of(region: &Region) -> Code {
    match region.state {
        _ if region.is_removal() => Code::Removed,
        State::Suspected => Code::Suspected,
        _ => Code::Unreviewed,
    }
}

fn name(text: &Reading<'_>, unit: Option<&Unit>, pieces: &[Range<u32>]) -> String {
    match unit {
        Some(unit) if unit.kind != UnitKind::Block => format!("`{}`", unit.name),
        _ if text.length() == 0 => "the whole file".to_owned(),
        _ => {
            let bytes = text.trim(pieces[0].clone());
            let (first, last) = (
                text.line_of(bytes.start) + 1,
                text.line_of(bytes.end.max(1) - 1) + 1,
            );
            if first >= last {
                format!("line {first}")
            } else {
                format!("lines {first}-{last}")
            }
        }
    }
}

/// The first line of a region, without white space around it.
fn first_line(text: &Reading<'_>, region: &Region) -> Range<u32> {
    let whole = text.line_around(region.bytes.start);
    if whole.is_empty() {
        region.bytes.start..region.bytes.start
    } else {
        whole
    }
}

/// Lines of regions from first to last, without blank ones. A region begins and ends with ink, so a line that two of
/// them share is counted once.
fn inked_lines(text: &Reading<'_>, regions: &[&&Region]) -> u32 {
    let mut count: u32 = 0;
    let mut counted = None;
    for region in regions {
        let (first, last) = region.lines;
        let shared = u32::from(counted == Some(first));
        count += text
            .inked_lines(region.bytes.clone())
            .saturating_sub(shared);
        counted = Some(last);
    }
    count
}

fn is_remnant(text: &Reading<'_>, region: &Region) -> bool {
    let short = region.bytes.end - region.bytes.start <= 64;
    short
        && region.removals.is_empty()
        && !text
            .slice(region.bytes.clone())
            .contains(|c: char| c.is_alphanumeric() || c == '_')
}

/// Names of a region's parts, which commands take back.
pub(crate) fn ids(region: &Region) -> Vec<String> {
    let stretch = |s: &Stretch| format!("{}:{}-{}", s.origin, s.ink.start, s.ink.end);
    let removals = region
        .removals
        .iter()
        .map(|removal| format!("{REMOVAL}{removal}"));
    region
        .stretches
        .iter()
        .map(stretch)
        .chain(removals)
        .collect()
}

/// An assistant's name as people write it.
pub(crate) fn product(source: &str) -> String {
    match source {
        "claude-code" => "Claude Code".into(),
        "codex" => "Codex".into(),
        "copilot" => "Copilot".into(),
        "cursor" => "Cursor".into(),
        "gemini" => "Gemini".into(),
        "opencode" => "opencode".into(),
        "aider" => "aider".into(),
        "windsurf" => "Windsurf".into(),
        "unknown" => "an unknown source".into(),
        "pasted" => "paste".into(),
        other => printable(other),
    }
}
