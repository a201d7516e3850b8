//! One buffer: its text, regions and units, following every edit.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use countersign_ledger::Place;
use countersign_provenance::carry::{Source, carry_ranges};
use countersign_provenance::document::{Document, Edit, Hand};
use countersign_provenance::review::{Authored, Knowledge, Region};
use countersign_provenance::{ActKind, Encoding, Position, Regions, Text};
use countersign_syntax::{BLOCK_LINES, Language, Point, Tree, TreeEdit, Unit, outline};

use super::form::{Lengths, stat_showing};
use super::parse::{ParseJob, Parsed, Shift, parse_text};
use super::{Moment, On};
use crate::workspace::acts::{self, Covered};
use crate::workspace::findings::{Finding, findings};
use crate::workspace::{generated, units};

/// How many earlier texts are kept, for messages that are about them.
const KEPT_VERSIONS: usize = 256;
/// A text up to this many bytes is parsed before its first findings are shown.
const PARSED_AT_ONCE: u32 = 40_000;

/// One change as an editor sends it.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// What goes; `None` where the whole text is replaced.
    pub(crate) range: Option<(Position, Position)>,
    /// What comes.
    pub(crate) text: String,
}

/// What is shown of a buffer at one moment. Immutable; readers keep it.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The buffer's version.
    pub(crate) version: i32,
    /// Changes whenever anything shown changes.
    pub(crate) revision: u64,
    /// The buffer.
    pub(crate) text: Text,
    /// Its regions, cut at the borders of units.
    pub(crate) regions: Vec<Region>,
    /// Its units.
    pub(crate) units: Arc<Vec<Unit>>,
    /// What somebody should look at.
    pub(crate) findings: Vec<Finding>,
}

/// What has happened since a parse began.
#[derive(Debug, Default)]
pub(super) struct Parsing {
    shifts: Vec<Shift>,
    /// The units that it finds say too little.
    is_outdated: bool,
}

/// A text of a buffer's file that it may come to hold.
pub(super) struct Awaited {
    /// What the buffer's own file was, if anything is known of it.
    pub(super) base: Option<(String, Regions)>,
    /// The text, with what is known of it.
    pub(super) text: (String, Regions),
}

/// A buffer.
pub(super) struct Buffer {
    pub(super) place: Place,
    /// Relative to the work tree.
    pub(super) path: String,
    pub(super) version: i32,
    /// Earlier texts with their versions, the oldest first.
    pub(super) versions: VecDeque<(i32, Text)>,
    pub(super) document: Document,
    pub(super) knowledge: Knowledge,
    pub(super) authored: Authored,
    pub(super) language: Option<Language>,
    pub(super) tree: Option<Tree>,
    pub(super) units: Arc<Vec<Unit>>,
    /// The version that `units` were found in; older ones are shifted along.
    pub(super) units_of: Option<i32>,
    /// The parse that is under way.
    pub(super) parsing: Option<Parsing>,
    /// Its text when it was last read or written.
    pub(super) anchor: Text,
    /// The same before the file was last read into the buffer, and when that was.
    pub(super) read_over: Option<(Text, Instant)>,
    /// The file's time of change then.
    pub(super) disk: (i64, u64),
    /// How long the buffer would be if it showed the file as it was at another time of change.
    pub(super) other: Option<((i64, u64), Lengths)>,
    pub(super) revision: u64,
    pub(super) shown: Option<Arc<Shown>>,
    pub(super) is_journaled: bool,
    /// What an edit leads to that the editor was asked to make.
    pub(super) expected: Option<Document>,
    /// What is known of it could not be read yet.
    pub(super) waits_for_ledger: bool,
    /// What others made of its file since it was read. A person may bring it into the buffer.
    pub(super) awaited: Vec<Awaited>,
    /// Somebody wants to know of changes.
    pub(super) is_fresh: bool,
}

impl Buffer {
    pub(super) fn touch(&mut self) {
        self.revision += 1;
        self.shown = None;
        self.is_fresh = true;
        self.is_journaled = false;
    }

    pub(super) fn keep_version(&mut self) {
        self.versions
            .push_back((self.version, self.document.text().clone()));
        if self.versions.len() > KEPT_VERSIONS {
            self.versions.pop_front();
        }
    }

    /// Whether changes only bring what stands in the file, which has been written
    /// since it was last looked at: then nobody typed them.
    pub(super) fn hand(&mut self, changes: &[Change], encoding: Encoding) -> Hand {
        let file = self.place.absolute(&self.path);
        let now = stat(&file);
        if now == self.disk {
            return Hand::Person;
        }
        let mut after = self.document.text().clone();
        for change in changes {
            match change.range {
                Some((start, end)) => {
                    let (start, end) = (after.offset(start, encoding), after.offset(end, encoding));
                    after.replace(start..end.max(start), &change.text);
                }
                None => after = Text::from(change.text.as_str()),
            }
        }
        if self.other.is_none_or(|(stat, _)| stat != now) {
            self.other = Lengths::of(&file).map(|lengths| (now, lengths));
        }
        let lengths = self.other.map(|(_, lengths)| lengths);
        let may_be = lengths.is_some_and(|lengths| lengths.fit(after.len()));
        match may_be.then(|| stat_showing(&file, &after)).flatten() {
            Some(now) => {
                self.disk = now;
                Hand::Disk
            }
            None => Hand::Person,
        }
    }

    pub(super) fn change(&mut self, change: &Change, hand: Hand, version: i32, encoding: Encoding) {
        let text = self.document.text();
        let edit = match change.range {
            Some((start, end)) => {
                let (start, end) = (text.offset(start, encoding), text.offset(end, encoding));
                Edit {
                    range: start..end.max(start),
                    insert: change.text.clone(),
                }
            }
            None => Edit::between(text, &change.text),
        };
        let edit = edit.of_whole_lines(text);
        self.shift_units(&edit);
        self.document.apply(edit, hand, version);
    }

    /// Where the text is what was expected, its regions are, too.
    pub(super) fn meet_expectation(&mut self) {
        let text = self.document.text();
        if let Some(expected) = self.expected.take_if(|it| it.text().same_as(text)) {
            self.document.set_regions(expected.regions().clone());
        }
    }

    /// Units and tree follow an edit until the next parse.
    pub(super) fn shift_units(&mut self, edit: &Edit) {
        let lines = edit.insert.matches('\n').take(BLOCK_LINES + 1).count();
        if lines > 1 {
            // Whole lines came: the units among them are known to nobody yet.
            self.forget_units();
        }
        if lines > BLOCK_LINES {
            // They make no unit.
            self.units = Arc::default();
        }
        let text = self.document.text();
        let point = |byte: usize| {
            let row = text.line_of(byte as u32);
            Point {
                row: row as usize,
                column: byte - text.line_start(row) as usize,
            }
        };
        let replaced = edit.range.start as usize..edit.range.end as usize;
        let shift = Shift {
            edit: TreeEdit::new(replaced.clone(), &edit.insert, point),
            replaced,
            inserted: edit.insert.len(),
        };
        if let Some(tree) = &mut self.tree {
            tree.edit(&shift.edit);
        }
        if !self.units.is_empty() {
            shift.shift(Arc::make_mut(&mut self.units));
        }
        if let Some(parsing) = &mut self.parsing {
            parsing.shifts.push(shift);
        }
    }

    /// The units follow the text, but say too little of it.
    pub(super) fn forget_units(&mut self) {
        self.units_of = None;
        if let Some(parsing) = &mut self.parsing {
            parsing.is_outdated = true;
        }
    }

    /// Units for the first findings: by a parse where that is quick.
    pub(super) fn first_units(&mut self) {
        if self.units_of.is_some() || !self.units.is_empty() || self.document.regions().is_empty() {
            return;
        }
        let text = self.document.text();
        if text.len() <= PARSED_AT_ONCE {
            self.tree = self
                .language
                .and_then(|l| parse_text(l, text, None, &mut || false));
            self.units_of = Some(self.version);
        }
        self.units = Arc::new(outline(&text.to_string(), self.tree.as_ref()));
    }

    /// Finds the units anew where that is quick and the last ones say too little.
    pub(super) fn renew_units(&mut self) {
        let text = self.document.text();
        let is_needed = self.units_of.is_none() && !self.document.regions().is_empty();
        if !is_needed {
            return;
        }
        if text.len() > PARSED_AT_ONCE {
            if self.units.is_empty() {
                self.units = Arc::new(outline(&text.to_string(), None));
            }
            return;
        }
        let tree = self
            .language
            .and_then(|language| parse_text(language, text, self.tree.as_ref(), &mut || false));
        self.units = Arc::new(outline(&text.to_string(), tree.as_ref()));
        self.tree = tree;
        self.units_of = Some(self.version);
    }

    pub(super) fn parse_job(&mut self, uri: String, moment: Moment) -> Option<ParseJob> {
        let up_to_date = match moment {
            Moment::Typing => self.units_of.is_some(),
            Moment::Pause => self.units_of == Some(self.version),
        };
        if self.parsing.is_some() || up_to_date || self.document.regions().is_empty() {
            return None;
        }
        self.parsing = Some(Parsing::default());
        Some(ParseJob {
            uri,
            version: self.version,
            opening: self.opening(),
            language: self.language,
            text: self.document.text().clone(),
            previous: self.tree.clone(),
        })
    }

    /// Takes in what a parse found, also where the text has changed since: a long
    /// parse would never end before the next key.
    pub(super) fn parsed(&mut self, mut parsed: Parsed) {
        if parsed.opening != self.opening() {
            return;
        }
        let Some(parsing) = self.parsing.take() else {
            return;
        };
        if self.units_of.is_some_and(|known| known > parsed.version) {
            return;
        }
        parsed.follow(&parsing.shifts);
        self.tree = parsed.tree;
        self.units_of = (!parsing.is_outdated).then_some(parsed.version);
        if *self.units != parsed.units {
            self.units = Arc::new(parsed.units);
            self.touch();
        }
    }

    /// Which opening this is: no two buffers share it.
    fn opening(&self) -> u64 {
        self.revision >> 32
    }

    pub(super) fn show(&mut self) -> Arc<Shown> {
        if let Some(shown) = &self.shown {
            return shown.clone();
        }
        let text = self.document.text().clone();
        let borders = units::borders(&self.units);
        let regions =
            self.knowledge
                .review(&text, self.document.regions(), &borders, self.authored);
        let shown = Arc::new(Shown {
            version: self.version,
            revision: self.revision,
            findings: findings(&text, &regions, &self.units),
            regions,
            units: self.units.clone(),
            text,
        });
        self.shown = Some(shown.clone());
        shown
    }

    /// Takes over what stands in awaited texts by now. Whether that is anything.
    pub(super) fn join_awaited(&mut self) -> bool {
        let before = self.document.regions().clone();
        for Awaited { base, text } in &self.awaited {
            let known = Source::new(&text.0, &text.1);
            match base {
                Some((base, regions)) => {
                    self.document.join_beside(Source::new(base, regions), known);
                }
                None => self.document.join(known),
            }
        }
        *self.document.regions() != before
    }

    pub(super) fn covered(&self, kind: ActKind, on: &On) -> Covered {
        let (text, raw) = (self.document.text(), self.document.regions());
        match on {
            On::Bytes(ranges) => acts::covered(&self.knowledge, text, raw, kind, ranges),
            On::Parts(stretches, removals) => {
                let whole = std::slice::from_ref(&(0..text.len())).to_vec();
                let all = acts::covered(&self.knowledge, text, raw, kind, &whole);
                all.only(text, raw, stretches, removals)
            }
        }
    }

    /// Where ranges of an earlier version stand now: not what has been typed into them since. Nowhere for a version
    /// that is not known any more, or not yet.
    pub(super) fn ranges_at(
        &self,
        version: i32,
        ranges: &[(Position, Position)],
        encoding: Encoding,
    ) -> Vec<Range<u32>> {
        let bytes = |text: &Text| -> Vec<Range<u32>> {
            let bytes = ranges
                .iter()
                .map(|(start, end)| text.offset(*start, encoding)..text.offset(*end, encoding));
            bytes.filter(|range| range.start < range.end).collect()
        };
        let now = self.document.text();
        if version == self.version {
            return bytes(now);
        }
        let Some((_, then)) = self.versions.iter().find(|(known, _)| *known == version) else {
            return Vec::new();
        };
        carry_ranges(then, bytes(then), now)
    }
}

pub(super) fn authored(place: &Place, path: &str, text: &str, regions: &Regions) -> Authored {
    if regions.is_empty() {
        return Authored::ByHand;
    }
    let paths = [path.to_owned()];
    match generated::by_attribute(place, &paths).contains(path) {
        true => Authored::Generated,
        false => generated::by_name_or_text(path, text),
    }
}

pub(super) fn stat(file: &Path) -> (i64, u64) {
    let Ok(meta) = std::fs::metadata(file) else {
        return (0, 0);
    };
    let mtime = meta
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    (mtime.map_or(0, |since| since.as_nanos() as i64), meta.len())
}
