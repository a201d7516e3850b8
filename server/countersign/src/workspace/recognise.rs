//! Text that is known from elsewhere: moved here, split off, or copied.
//!
//! What vanished where it stood is the same text from a dozen tokens on. Where
//! it still stands, this is a copy: it keeps its state only if it is a whole
//! unit or long, and stands in no text that is nobody's.

mod branches;
mod candidate;
mod elsewhere;
mod past;
mod renamed;
mod world;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

use countersign_ledger::{Ledger, git};
use countersign_provenance::carry::{Carried, Source, kept};
use countersign_provenance::found::{Block, Openings, areas, blocks, take_over, take_over_alike};
use countersign_provenance::{BlobId, Regions, RemovalId, fingerprints, ink_of, printed_runs};

use super::Fault;
use candidate::{Candidate, ItsFile};
pub(crate) use renamed::Earlier;
pub(crate) use world::World;

/// How many texts are compared with one that is not known.
pub(crate) const COMPARED: u32 = 12;
/// From so many tokens on, a copy is no accident.
const COPIED: usize = 24;
/// A shorter text is never looked for.
pub(crate) const SHORTEST: usize = 12;

/// What was found out about the fresh parts of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recognised {
    /// No text that is known shares anything with them.
    Alone,
    /// What shares something with them is not where they come from, as things stand.
    Refused,
    /// Some of them are known; the removals whose text has come back with them.
    From(Vec<RemovalId>),
}

impl Recognised {
    /// The removals whose text has come back.
    pub(crate) fn returned(self) -> Vec<RemovalId> {
        match self {
            Recognised::From(returned) => returned,
            Recognised::Alone | Recognised::Refused => Vec::new(),
        }
    }
}

/// Who may have brought a text here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A person: copies keep their state.
    Person,
    /// An assistant: a copy is new text of its own.
    Assistant,
}

/// A text at a path, in which something may be known from elsewhere.
pub(crate) struct Newcomer<'a> {
    pub(crate) world: &'a World<'a>,
    pub(crate) path: &'a str,
    pub(crate) blob: &'a BlobId,
    pub(crate) text: &'a str,
    pub(crate) by: By,
}

impl Newcomer<'_> {
    /// Takes over what is known of the fresh parts.
    pub(crate) fn recognise(
        &self,
        ledger: &Ledger,
        carried: &mut Carried,
    ) -> Result<Recognised, Fault> {
        let open = areas(self.text, &carried.fresh);
        if open.is_empty() {
            return Ok(Recognised::Alone);
        }
        let hashes = fingerprints(self.text, &open);
        let facts = ledger.facts_sharing(&hashes, COMPARED)?;
        if facts.is_empty() {
            return Ok(Recognised::Alone);
        }
        let mut search = Search {
            newcomer: self,
            ledger,
            openings: Open::of(self.text, &carried.fresh),
            carried,
            runs: OnceCell::new(),
            has_looked_back: self.by == By::Assistant,
        };
        let mut back: Option<Vec<RemovalId>> = None;
        let mut paths = HashSet::new();
        for fact in facts {
            if search.openings.are_none() {
                break;
            }
            let Some(own) = Candidate::of(ledger, &fact.statement, self.text)? else {
                continue;
            };
            // What came later at the same path may be too short to be found by itself.
            if own.path != self.path
                && paths.insert(own.path.clone())
                && let Some(newest) = Candidate::newest(ledger, &own)?
                && search.takes(&newest)?
            {
                back.get_or_insert_default();
            }
            if search.takes(&own)? {
                let ended = own.has_come_back(self.text).then_some(fact.id);
                back.get_or_insert_default().extend(ended);
            }
        }
        Ok(back.map_or(Recognised::Refused, Recognised::From))
    }

    /// The path that this very text had until now, where that is gone: for texts
    /// that speak for their path only.
    pub(crate) fn renamed_from(&self, ledger: &Ledger) -> Result<Option<String>, Fault> {
        let mut paths = ledger.paths_of_blob(self.blob)?;
        paths.retain(|path| !self.world.has(path));
        if paths.is_empty() || self.world.had(ledger, self.path, self.blob)? {
            return Ok(None);
        }
        Ok(Some(paths.swap_remove(0)))
    }
}

/// How a block has come here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It stands no more where it comes from.
    Moved,
    /// The same, and what else is known of it here may be of a text that reads like it.
    Alike,
    /// It still stands there.
    Copied,
}

/// What is open in a newcomer, on the way to being known.
struct Search<'n> {
    newcomer: &'n Newcomer<'n>,
    ledger: &'n Ledger,
    carried: &'n mut Carried,
    openings: Open<'n>,
    /// Of the newcomer's whole text.
    runs: OnceCell<Vec<(u64, Range<u32>)>>,
    /// What stood at the path before is left out already, or counts as well.
    has_looked_back: bool,
}

/// Where something is looked for.
struct Open<'n> {
    /// What is fresh by itself: all that may have come from elsewhere.
    fresh: Openings<'n>,
    /// The areas of it, where they hold more: for what vanished elsewhere.
    areas: Option<Openings<'n>>,
}

impl<'n> Open<'n> {
    fn of(text: &'n str, fresh: &[Range<u32>]) -> Self {
        let areas = areas(text, fresh);
        let hold_more = !areas.iter().all(|area| fresh.contains(area));
        Open {
            fresh: Openings::of(text, fresh),
            areas: hold_more.then(|| Openings::of(text, &areas)),
        }
    }

    fn are_none(&self) -> bool {
        self.fresh.is_empty() && self.areas.is_none()
    }
}

impl Search<'_> {
    /// Takes over what is known of a candidate's text. Whether that is anything.
    fn takes(&mut self, candidate: &Candidate) -> Result<bool, Fault> {
        let mut found = self.likely(candidate);
        // Git is asked late: most texts share nothing with others that would be taken over.
        if !found.is_empty() && !self.has_looked_back {
            self.leave_out_past()?;
            found = self.likely(candidate);
        }
        let (mut taken, mut alike) = (Vec::new(), Vec::new());
        for (block, came) in found {
            match came {
                Came::Moved => taken.push(block),
                Came::Alike => alike.push(block),
                Came::Copied if self.is_anybodys(&block)? => {}
                Came::Copied => taken.push(block),
            }
        }
        let any = self.take(candidate, &taken, &alike)?;
        if any {
            self.open_anew();
        }
        Ok(any)
    }

    /// Whether anything was taken over.
    fn take(
        &mut self,
        candidate: &Candidate,
        blocks: &[Block],
        alike: &[Block],
    ) -> Result<bool, Fault> {
        if blocks.is_empty() && alike.is_empty() {
            return Ok(false);
        }
        let Newcomer {
            world, path, text, ..
        } = *self.newcomer;
        let file = match &*candidate.path {
            its if its == path => ItsFile::IsThis,
            its if world.has(its) => ItsFile::Stands,
            _ => ItsFile::IsGone,
        };
        let regions = candidate.regions_in(self.ledger, &[blocks, alike].concat(), file)?;
        let source = Source {
            regions: &regions,
            ..candidate.source()
        };
        let any = take_over_alike(self.carried, text, &source, alike) || !blocks.is_empty();
        take_over(self.carried, text, &source, blocks);
        if any && file == ItsFile::IsGone {
            let left = candidate.marks_left_in(text).into_iter();
            left.for_each(|mark| self.carried.regions.add_mark(mark));
        }
        Ok(any)
    }

    /// The blocks that are taken over unless they are anybody's.
    fn likely(&self, candidate: &Candidate) -> Vec<(Block, Came)> {
        let there = OnceCell::new();
        let stands = |block: &Block| {
            let there = there.get_or_init(|| self.text_now(candidate).map(Now::of));
            there
                .as_ref()
                .is_some_and(|there| there.keeps(candidate, block))
        };
        let is_told = |block: &Block| block.holds_any(&candidate.parts);
        let is_moved = |block: &Block| !stands(block) && self.may_be_moved(candidate, block);
        let by_person = self.newcomer.by == By::Person && !candidate.bound;
        let mut likely = Vec::new();
        for block in self
            .openings
            .fresh
            .blocks_of(&candidate.text)
            .into_iter()
            .filter(is_told)
        {
            if is_moved(&block) {
                likely.push((block, Came::Moved));
            } else if by_person && stands(&block) {
                likely.extend(self.copied(candidate, &block));
            }
        }
        // What stood here before is no other text.
        if let Some(areas) = &self.openings.areas
            && candidate.path != self.newcomer.path
        {
            let alike = areas.blocks_of(&candidate.text).into_iter();
            let alike = alike.filter(|block| is_told(block) && is_moved(block));
            likely.extend(alike.map(|block| (block, Came::Alike)));
        }
        likely
    }

    /// What of a block is no accident where the text it comes from still stands.
    fn copied(&self, candidate: &Candidate, block: &Block) -> Vec<(Block, Came)> {
        let mut runs = block.unbroken(&candidate.text, self.newcomer.text);
        runs.retain(|run| run.longest >= COPIED || candidate.is_whole_unit(run));
        runs.retain(|run| run.holds_any(&candidate.parts));
        runs.into_iter().map(|run| (run, Came::Copied)).collect()
    }

    /// Whether text that stands no more where it comes from may have been moved here. What an assistant writes is new
    /// text where the other stands on another branch, or has been moved to another file.
    fn may_be_moved(&self, candidate: &Candidate, block: &Block) -> bool {
        let Newcomer {
            world, path, by, ..
        } = *self.newcomer;
        let own = &candidate.text[block.old.start as usize..block.old.end as usize];
        let stands_elsewhere = || {
            let holding = world.holding(own).into_iter();
            let mut others = holding.filter(|other| *other != path && *other != candidate.path);
            others.next().is_some()
        };
        by == By::Person || !(world.branches.alone_hold(&candidate.path, own) || stands_elsewhere())
    }

    /// What now stands where a candidate comes from, without what is looked for.
    fn text_now(&self, candidate: &Candidate) -> Option<String> {
        match candidate.path == self.newcomer.path {
            true => Some(without(self.newcomer.text, &self.carried.fresh)),
            false => self.newcomer.world.text_at(&candidate.path),
        }
    }

    /// Leaves out what stood at this path before the first fact: no assistant wrote it.
    fn leave_out_past(&mut self) -> Result<(), Fault> {
        self.has_looked_back = true;
        let Newcomer {
            world,
            path,
            blob,
            text,
            ..
        } = *self.newcomer;
        if world.had(self.ledger, path, blob)? {
            self.openings = Open::of(text, &[]);
        } else if let Some(before) = world.stood_at(self.ledger, path)? {
            let nothing = Regions::default();
            self.carried.take(text, &Source::new(&before, &nothing));
            self.open_anew();
        }
        Ok(())
    }

    fn open_anew(&mut self) {
        self.openings = Open::of(self.newcomer.text, &self.carried.fresh);
    }

    /// Whether a copied text also stands where it is nobody's.
    fn is_anybodys(&self, block: &Block) -> Result<bool, Fault> {
        let Newcomer {
            world, path, text, ..
        } = *self.newcomer;
        let runs = self.runs.get_or_init(|| printed_runs(text));
        let part = (text, &block.new);
        world.elsewhere.holds(self.ledger, path, part, runs)
    }
}

/// What now stands where a candidate comes from.
struct Now {
    text: String,
    /// The parts of the candidate's text that are still there.
    kept: OnceCell<Vec<Range<u32>>>,
}

impl Now {
    fn of(text: String) -> Self {
        let kept = OnceCell::new();
        Now { text, kept }
    }

    /// Whether most of a block still stands where it did. What only reads like it is another text, which has a place
    /// of its own in the candidate's.
    fn keeps(&self, candidate: &Candidate, block: &Block) -> bool {
        let ink = |range: Range<u32>| {
            ink_of(&candidate.text.as_bytes()[range.start as usize..range.end as usize])
        };
        let own = &candidate.text[block.old.start as usize..block.old.end as usize];
        if self.text.contains(own) {
            return true;
        }
        let kept = self.kept.get_or_init(|| kept(&candidate.text, &self.text));
        let within = |part: &Range<u32>| {
            let (start, end) = (part.start.max(block.old.start), part.end.min(block.old.end));
            if start < end { ink(start..end) } else { 0 }
        };
        4 * kept.iter().map(within).sum::<u32>() >= 3 * ink(block.old.clone())
    }
}

/// Where git does not answer, nothing speaks for the text being a person's: it
/// stays marked, and what is known of it is still written down.
fn unanswered<T>(error: git::GitError) -> Vec<T> {
    tracing::warn!(%error, "a text that may be known from elsewhere is taken for it");
    Vec::new()
}

/// A text without some of its parts.
fn without(text: &str, parts: &[Range<u32>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for part in parts {
        rest.push_str(&text[at..part.start as usize]);
        rest.push('\n');
        at = part.end as usize;
    }
    rest.push_str(&text[at..]);
    rest
}

/// Whether most of a text stands in another.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    if text.contains(part) {
        return true;
    }
    let all = 0..part.len() as u32;
    let found = blocks(text, part, std::slice::from_ref(&all));
    let ink =
        |range: Range<u32>| ink_of(&part.as_bytes()[range.start as usize..range.end as usize]);
    let standing: u32 = found.iter().map(|block| ink(block.new.clone())).sum();
    standing * 4 >= ink(all) * 3
}
