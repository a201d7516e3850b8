//! A text that is being edited, with its regions.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::align::{Segment, align};
use crate::carry::{Carried, Source, attribute, carry};
use crate::fact::OriginId;
use crate::region::{Regions, Span};
use crate::text::{InkIndex, Text};
use crate::token::count_tokens;

/// One change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes, in bytes of the text before.
    pub range: Range<u32>,
    /// What comes in its place.
    pub insert: String,
}

/// Whose hand an edit shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Somebody at the editor.
    Person,
    /// The file on disk, which anybody may have written.
    Disk,
}

/// From this many tokens a text is recognised by itself.
const KNOWN_RUN: usize = 12;
/// How many deletions and insertions are remembered.
const REMEMBERED: usize = 256;
/// How much deleted text is remembered, in bytes.
const REMEMBERED_BYTES: usize = 16 << 20;
/// How many edits a range can be carried forward through.
const LOGGED: usize = 4096;

/// A text under edit. Its regions follow every edit; what is deleted keeps its
/// regions and has them again when it comes back, by undo or by paste.
#[derive(Debug, Clone, Default)]
pub struct Document {
    text: Text,
    regions: Regions,
    typed: Vec<Range<u32>>,
    deleted: VecDeque<Deleted>,
    deleted_bytes: usize,
    inserted: VecDeque<Range<u32>>,
    log: VecDeque<(i32, Edit)>,
    /// What undo would take back, the newest last.
    done: VecDeque<Done>,
}

/// An edit that can be undone.
#[derive(Debug, Clone)]
struct Done {
    /// What it put in, in bytes of the text right after it.
    inserted: Range<u32>,
    /// What it took out.
    gone: Option<Arc<Gone>>,
}

impl Done {
    fn is_undone_by(&self, edit: &Edit) -> bool {
        let gone = self.gone.as_ref().map_or("", |gone| &gone.text);
        self.inserted == edit.range && gone == edit.insert
    }
}

/// Text that went, and where it stood in bytes of the present text.
#[derive(Debug, Clone)]
struct Deleted {
    what: Arc<Gone>,
    at: u32,
}

/// Text that went.
#[derive(Debug)]
struct Gone {
    text: String,
    regions: Regions,
    /// What had been deleted inside of it before, counted from its start: when
    /// this text is back, so are the places of those.
    inside: Vec<Deleted>,
}

impl Document {
    /// A document as it was read, with what is known of it.
    pub fn new(text: Text, regions: Regions) -> Self {
        Document { text, regions, ..Document::default() }
    }

    /// The present text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Its regions.
    pub fn regions(&self) -> &Regions {
        &self.regions
    }

    /// What somebody typed here since it was opened: sorted, in bytes.
    pub fn typed(&self) -> &[Range<u32>] {
        &self.typed
    }

    /// Takes over regions that were worked out for this very text.
    pub fn set_regions(&mut self, regions: Regions) {
        self.regions = regions;
    }

    /// Makes one edit; `version` is that of the text after it.
    pub fn apply(&mut self, edit: Edit, hand: Hand, version: i32) {
        let edit = Edit { range: self.text.clamp(edit.range), insert: edit.insert };
        let gone = (!edit.range.is_empty()).then(|| Arc::new(self.gone(&edit.range)));
        let undone = self.done.pop_back_if(|done| done.is_undone_by(&edit));
        let came = match &undone {
            Some(done) => done.gone.as_ref().map(|gone| concatenate(&[gone])),
            None => self.recognise(&edit, gone.as_deref()),
        };
        self.regions.splice(&self.text, edit.range.clone(), &edit.insert);
        self.text.replace(edit.range.clone(), &edit.insert);
        self.shift(&edit);
        if let Some(back) = came {
            self.regions.insert(&self.text, edit.range.start, &back.regions);
            let place = |d: Deleted| Deleted { at: d.at + edit.range.start, ..d };
            self.deleted.extend(back.inside.into_iter().map(place));
        }
        self.note_insertion(&edit, hand);
        if undone.is_none() {
            let inserted = edit.range.start..edit.range.start + edit.insert.len() as u32;
            push_bounded(&mut self.done, Done { inserted, gone: gone.clone() });
        }
        if let Some(gone) = gone {
            self.join_earlier_insertion(&gone);
            self.remember(Deleted { what: gone, at: edit.range.start });
        }
        push_bounded(&mut self.log, (version, edit));
    }

    /// Makes the whole text another one: an edit of what differs.
    pub fn set_text(&mut self, new: &str, hand: Hand, version: i32) {
        let old = self.text.to_string();
        let (a, b) = (old.as_bytes(), new.as_bytes());
        let same = |(x, y): &(&u8, &u8)| x == y;
        let mut front = a.iter().zip(b).take_while(same).count();
        while !old.is_char_boundary(front) {
            front -= 1;
        }
        let most = a.len().min(b.len()) - front;
        let mut back = a.iter().rev().zip(b.iter().rev()).take(most).take_while(same).count();
        while !old.is_char_boundary(a.len() - back) {
            back -= 1;
        }
        let edit = Edit {
            range: front as u32..(a.len() - back) as u32,
            insert: new[front..new.len() - back].to_owned(),
        };
        self.apply(edit, hand, version);
    }

    /// Gives nobody's text in a range to an origin and returns whether there was any.
    pub fn attribute(&mut self, range: Range<u32>, origin: OriginId) -> bool {
        let whole = self.text.to_string();
        let bytes = self.text.trim(self.text.clamp(range));
        if bytes.is_empty() {
            return false;
        }
        let span = attribute(&InkIndex::new(&whole), bytes, origin);
        self.regions.add(&self.text, span);
        self.regions.spans.iter().any(|s| s.origin == origin)
    }

    /// Takes in what has become known of an earlier or other state of this
    /// text: what is nobody's here and has a region there has it here, too.
    pub fn join(&mut self, known: Source<'_>) {
        let Carried { regions, .. } = carry(&[known], &self.text.to_string());
        for span in regions.spans {
            self.regions.add(&self.text, span);
        }
        for mark in regions.marks {
            self.regions.add_mark(mark);
        }
        let spans = std::mem::take(&mut self.regions.spans);
        let marks = std::mem::take(&mut self.regions.marks);
        self.regions = Regions::new(&self.text, spans, marks);
    }

    /// Where a range of the text at `version` stands now. `None` where that
    /// version is too old to know, or where all of it went.
    pub fn carry_range(&self, range: Range<u32>, version: i32) -> Option<Range<u32>> {
        let known = self.log.front().is_none_or(|(first, _)| *first <= version + 1)
            || self.log.iter().any(|(v, _)| *v == version);
        if !known {
            return None;
        }
        let later = self.log.iter().filter(|(v, _)| *v > version);
        let range = later.fold(range, |range, (_, edit)| shifted(&range, edit));
        (!range.is_empty()).then_some(range)
    }

    fn gone(&self, range: &Range<u32>) -> Gone {
        let inside = self.deleted.iter().filter(|d| range.start < d.at && d.at <= range.end);
        Gone {
            text: self.text.slice(range.clone()).into_owned(),
            regions: self.regions.extract(&self.text, range.clone()),
            inside: inside.map(|d| Deleted { at: d.at - range.start, ..d.clone() }).collect(),
        }
    }

    /// What the insertion brings back.
    fn recognise(&self, edit: &Edit, gone: Option<&Gone>) -> Option<Back> {
        if edit.insert.is_empty() {
            return None;
        }
        if let Some(known) = self.undone(edit) {
            return Some(known);
        }
        let mut sources: Vec<Source<'_>> =
            gone.iter().map(|gone| Source::new(&gone.text, &gone.regions)).collect();
        let long = count_tokens(&edit.insert, KNOWN_RUN) >= KNOWN_RUN;
        let mut runs = Vec::new();
        if long {
            let earlier = self.deleted.iter().rev().map(|d| &d.what);
            runs.extend(earlier.filter(|d| !d.regions.spans.is_empty()).filter_map(|d| {
                let only = known_runs(&d.text, &edit.insert);
                (!only.is_empty()).then_some((d, only))
            }));
        }
        sources.extend(runs.iter().map(|(d, only)| Source {
            text: &d.text,
            regions: &d.regions,
            only: Some(only),
        }));
        if sources.iter().all(|source| source.regions.is_empty()) {
            return None;
        }
        if gone.is_none() {
            // The first source speaks for removals and layout; here nothing was replaced.
            sources.insert(0, Source::new("", const { &Regions { spans: Vec::new(), marks: Vec::new() } }));
        }
        Some(Back { regions: carry(&sources, &edit.insert).regions, inside: Vec::new() })
    }

    /// The regions of the last deletions at this place, if the insertion is
    /// exactly their text.
    fn undone(&self, edit: &Edit) -> Option<Back> {
        let here = self.deleted.iter().rev().filter(|deleted| deleted.at == edit.range.start);
        let here: Vec<&Gone> = here.map(|deleted| &*deleted.what).collect();
        // Of several that fit, the one with the most regions: nothing is lost.
        let known = |back: &Back| back.regions.spans.iter().map(|s| s.ink.len()).sum::<usize>();
        let together = (0..here.len())
            .filter_map(|first| adding_up_to(&here[first..], &edit.insert))
            .max_by_key(known);
        if together.is_some() {
            return together;
        }
        let long = count_tokens(&edit.insert, KNOWN_RUN) >= KNOWN_RUN;
        let mut earlier = self.deleted.iter().rev().map(|deleted| &*deleted.what);
        let same = earlier.find(|gone| long && gone.text == edit.insert);
        same.map(|gone| concatenate(&[gone]))
    }

    /// Text may come in before it goes: then it goes on under its old name.
    fn join_earlier_insertion(&mut self, gone: &Gone) {
        if gone.regions.spans.is_empty() || count_tokens(&gone.text, KNOWN_RUN) < KNOWN_RUN {
            return;
        }
        for range in self.inserted.clone() {
            let text = self.text.slice(range.clone()).into_owned();
            let only = known_runs(&gone.text, &text);
            let source = Source { text: &gone.text, regions: &gone.regions, only: Some(&only) };
            let known = carry(&[source], &text).regions;
            let spans = known.spans.into_iter().map(|s| Span {
                bytes: s.bytes.start + range.start..s.bytes.end + range.start,
                ..s
            });
            for span in spans.collect::<Vec<_>>() {
                self.regions.add(&self.text, span);
            }
        }
    }

    fn note_insertion(&mut self, edit: &Edit, hand: Hand) {
        let (start, len) = (edit.range.start, edit.insert.len() as u32);
        if len == 0 {
            return;
        }
        if hand == Hand::Person {
            let index = self.typed.partition_point(|range| range.end < start);
            let mut new = start..start + len;
            let end = self.typed.partition_point(|range| range.start <= new.end);
            for old in self.typed.drain(index..end.max(index)) {
                new = new.start.min(old.start)..new.end.max(old.end);
            }
            self.typed.insert(index, new);
        }
        if count_tokens(&edit.insert, KNOWN_RUN) >= KNOWN_RUN {
            self.inserted.push_back(start..start + len);
            if self.inserted.len() > 16 {
                self.inserted.pop_front();
            }
        }
    }

    fn remember(&mut self, gone: Deleted) {
        self.deleted_bytes += gone.what.text.len();
        self.deleted.push_back(gone);
        while self.deleted.len() > REMEMBERED || self.deleted_bytes > REMEMBERED_BYTES {
            let Some(old) = self.deleted.pop_front() else { break };
            self.deleted_bytes = self.deleted_bytes.saturating_sub(old.what.text.len());
        }
    }

    /// Moves all remembered places through an edit.
    fn shift(&mut self, edit: &Edit) {
        for range in &mut self.typed {
            *range = shifted(range, edit);
        }
        self.typed.retain(|range| !range.is_empty());
        for range in &mut self.inserted {
            *range = shifted(range, edit);
        }
        self.inserted.retain(|range| !range.is_empty());
        for deleted in &mut self.deleted {
            deleted.at = shifted(&(deleted.at..deleted.at), edit).start;
        }
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, item: T) {
    queue.push_back(item);
    if queue.len() > LOGGED {
        queue.pop_front();
    }
}

/// A range after an edit; what is inserted inside it is part of it, what is
/// inserted at its borders is not.
fn shifted(range: &Range<u32>, edit: &Edit) -> Range<u32> {
    let insert = edit.insert.len() as u32;
    let moved = |at: u32| at - edit.range.end + edit.range.start + insert;
    let start = if range.start < edit.range.start {
        range.start
    } else if range.start >= edit.range.end && !(range.is_empty() && range.start == edit.range.start) {
        moved(range.start)
    } else if range.is_empty() {
        edit.range.start
    } else {
        edit.range.start + insert
    };
    let end = if range.end <= edit.range.start {
        range.end
    } else if range.end >= edit.range.end {
        moved(range.end)
    } else {
        edit.range.start
    };
    start..end.max(start)
}

/// The parts of `old` that stand in `new` in runs long enough to be known.
fn known_runs(old: &str, new: &str) -> Vec<Range<u32>> {
    let blank = |text: &str, from: u32, to: u32| {
        from <= to && text.as_bytes()[from as usize..to as usize].iter().all(u8::is_ascii_whitespace)
    };
    let mut runs: Vec<Segment> = Vec::new();
    let mut news = Vec::new();
    for segment in align(old, new) {
        match runs.last_mut() {
            Some(last)
                if blank(old, last.old + last.len, segment.old)
                    && blank(new, *news.last().unwrap_or(&0), segment.new) =>
            {
                last.len = segment.old + segment.len - last.old;
                news.pop();
            }
            _ => runs.push(segment),
        }
        news.push(segment.new + segment.len);
    }
    let text = |run: &Segment| &old[run.old as usize..(run.old + run.len) as usize];
    runs.retain(|run| count_tokens(text(run), KNOWN_RUN) >= KNOWN_RUN);
    let mut ranges: Vec<_> = runs.iter().map(Segment::old_range).collect();
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// The regions of deletions in a row, newest first, that make up a text: one
/// after the other as they were typed away, forward or backward.
fn adding_up_to(deleted: &[&Gone], text: &str) -> Option<Back> {
    let (mut forward, mut backward) = (String::new(), String::new());
    for (index, part) in deleted.iter().enumerate() {
        forward.push_str(&part.text);
        backward.insert_str(0, &part.text);
        if forward == text {
            return Some(concatenate(&deleted[..=index]));
        }
        if backward == text {
            let oldest_first: Vec<_> = deleted[..=index].iter().rev().copied().collect();
            return Some(concatenate(&oldest_first));
        }
        if forward.len() >= text.len() {
            return None;
        }
    }
    None
}

/// What comes back with a text.
struct Back {
    regions: Regions,
    /// Counted from the start of the text.
    inside: Vec<Deleted>,
}

fn concatenate(parts: &[&Gone]) -> Back {
    let mut back = Back { regions: Regions::default(), inside: Vec::new() };
    let mut text = String::new();
    for part in parts {
        let at = text.len() as u32;
        text.push_str(&part.text);
        back.regions.insert(&Text::from(text.as_str()), at, &part.regions);
        let place = |d: &Deleted| Deleted { at: d.at + at, ..d.clone() };
        back.inside.extend(part.inside.iter().map(place));
    }
    back
}
