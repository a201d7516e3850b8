//! A text that is being edited, with its regions.

mod history;
mod lines;
mod memory;
mod shift;
mod typed;

use std::ops::Range;
use std::sync::Arc;

use crate::carry::{Carried, Source, carry};
use crate::fact::OriginId;
use crate::region::{Regions, Span};
use crate::text::Text;
use history::{History, Step};
use memory::Memory;
use shift::shifted;
use typed::{Typed, join_range};

/// One change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes, in bytes of the text before.
    pub range: Range<u32>,
    /// What comes in its place.
    pub insert: String,
}

impl Edit {
    /// The edit that makes a text another one: from the first to the last byte
    /// that differs.
    pub fn between(text: &Text, new: &str) -> Self {
        let old = text.to_string();
        let (a, b) = (old.as_bytes(), new.as_bytes());
        let same = |(x, y): &(&u8, &u8)| x == y;
        let mut front = a.iter().zip(b).take_while(same).count();
        while !old.is_char_boundary(front) {
            front -= 1;
        }
        let most = a.len().min(b.len()) - front;
        let ends = a.iter().rev().zip(b.iter().rev()).take(most);
        let mut back = ends.take_while(same).count();
        while !old.is_char_boundary(a.len() - back) {
            back -= 1;
        }
        Edit {
            range: front as u32..(a.len() - back) as u32,
            insert: new[front..new.len() - back].to_owned(),
        }
    }

    /// What the insertion covers, in bytes of the text after.
    fn inserted(&self) -> Range<u32> {
        self.range.start..self.range.start + self.insert.len() as u32
    }
}

/// Whose hand an edit shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Somebody at the editor.
    Person,
    /// The file on disk, which anybody may have written.
    Disk,
}

/// A text under edit. Its regions follow every edit; what is deleted keeps its
/// regions and has them again when it comes back, by undo or by paste.
#[derive(Debug, Clone, Default)]
pub struct Document {
    text: Text,
    regions: Regions,
    typed: Typed,
    /// What came from the file on disk when it was last read: sorted, in bytes.
    read: Vec<Range<u32>>,
    history: History,
    memory: Memory,
}

/// Text that went.
#[derive(Debug)]
struct Gone {
    text: String,
    regions: Regions,
    /// What of it somebody typed, in bytes.
    typed: Vec<Range<u32>>,
}

impl Gone {
    fn new(text: &Text, regions: &Regions, typed: &Typed, range: Range<u32>) -> Self {
        Gone {
            regions: regions.extract(text, range.clone()),
            typed: typed.within(&range),
            text: text.slice(range).into_owned(),
        }
    }
}

impl Document {
    /// A document as it was read, with what is known of it.
    pub fn new(text: Text, regions: Regions) -> Self {
        let regions = regions.fit(&text);
        Document {
            text,
            regions,
            ..Document::default()
        }
    }

    /// The present text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Its regions.
    pub fn regions(&self) -> &Regions {
        &self.regions
    }

    /// What somebody typed here since it was opened and is no assistant's:
    /// sorted, in bytes.
    pub fn typed(&self) -> &[Range<u32>] {
        self.typed.parts()
    }

    /// These parts stand here and in no file: somebody typed them before it was opened.
    pub fn note_unsaved(&mut self, parts: Vec<Range<u32>>) {
        for part in parts {
            self.typed.note(&self.text, &self.regions, part);
        }
    }

    /// What came from the file on disk lately was written there from here: somebody typed it.
    pub fn claim_read(&mut self) {
        for range in std::mem::take(&mut self.read) {
            self.typed.note(&self.text, &self.regions, range);
        }
    }

    /// What came from the file on disk is not from here.
    pub fn forget_read(&mut self) {
        self.read.clear();
    }

    /// Takes over regions that were worked out for this very text.
    pub fn set_regions(&mut self, regions: Regions) {
        self.regions = regions.fit(&self.text);
    }

    /// Makes one edit; `version` is that of the text after it. Edits of one
    /// version are one act. A range that does not fit is made to.
    pub fn apply(&mut self, edit: Edit, hand: Hand, version: i32) {
        let edit = Edit {
            range: self.text.clamp(edit.range),
            insert: edit.insert,
        };
        let (text, regions) = (&self.text, &self.regions);
        let gone = Arc::new(Gone::new(text, regions, &self.typed, edit.range.clone()));
        if gone.text == edit.insert {
            return;
        }
        self.history.begin(version);
        let state = self.history.state_after(&self.text, &edit);
        let is_known = self.go_to_known_state(&edit, state);
        if !is_known {
            self.go_to_new_state(&edit, &gone, state);
        }
        self.shift_places(&edit);
        match hand {
            // What was not typed then is not typed by an undo.
            Hand::Person if is_known => {}
            Hand::Person => self.typed.note(&self.text, &self.regions, edit.inserted()),
            Hand::Disk => join_range(&mut self.read, edit.inserted()),
        }
        self.memory.note(&edit, gone, &self.text, &mut self.regions);
    }

    /// Makes the whole text another one: an edit of what differs.
    pub fn set_text(&mut self, new: &str, hand: Hand, version: i32) {
        self.apply(Edit::between(&self.text, new), hand, version);
    }

    /// Gives nobody's text in a range to an origin, counting its ink in the
    /// present text, and returns whether there was any.
    pub fn attribute(&mut self, range: Range<u32>, origin: OriginId) -> bool {
        let bytes = self.text.trim(range);
        let start = self.text.ink(0..bytes.start);
        let ink = start..start + self.text.ink(bytes.clone());
        let had = self.regions.spans.len();
        self.regions.add(
            &self.text,
            Span {
                bytes: bytes.clone(),
                origin,
                ink,
            },
        );
        let added = self.regions.spans.len() > had;
        self.regions.join_around(&self.text, bytes);
        added
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
        self.regions.join_around(&self.text, 0..self.text.len());
    }

    /// The same for a state that is further off than `base`, another one that is known: what stands there is known
    /// from there.
    pub fn join_beside(&mut self, base: Source<'_>, known: Source<'_>) {
        let now = self.text.to_string();
        let spans = carry(&[base, known], &now).regions.spans;
        let marks = carry(&[known], &now).regions.marks;
        for span in spans {
            self.regions.add(&self.text, span);
        }
        for mark in marks {
            self.regions.add_mark(mark);
        }
        self.regions.join_around(&self.text, 0..self.text.len());
    }

    /// Makes the edit if its result is a state that this text was in before.
    fn go_to_known_state(&mut self, edit: &Edit, state: u64) -> bool {
        let Some(route) = self.history.route(&self.text, edit, state) else {
            return false;
        };
        let (text, regions) = (&mut self.text, &mut self.regions);
        self.history.walk(route, text, regions, &mut self.typed);
        true
    }

    fn go_to_new_state(&mut self, edit: &Edit, gone: &Arc<Gone>, state: u64) {
        let came = self.memory.recognise(edit, gone, &self.text);
        self.regions
            .splice(&self.text, edit.range.clone(), &edit.insert);
        self.text.replace(edit.range.clone(), &edit.insert);
        self.typed.follow(edit);
        for (at, regions) in came {
            self.regions.insert(&self.text, at, &regions);
        }
        self.history
            .note(Step::back(edit.inserted(), gone.clone()), state);
    }

    fn shift_places(&mut self, edit: &Edit) {
        for range in &mut self.read {
            *range = shifted(range, edit);
        }
        self.read.retain(|range| !range.is_empty());
        self.memory.shift(edit);
    }
}
