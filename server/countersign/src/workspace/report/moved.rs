//! What an assistant moves between files, in either order, stays what it was.

use std::ops::Range;

use countersign_ledger::Ledger;
use countersign_provenance::carry::{Carried, Gone};
use countersign_provenance::found::{Block, blocks};
use countersign_provenance::{
    BlobId, InkIndex, Regions, Span, Statement, Stretch, Text, count_tokens, fingerprints, ink_of,
};

use super::Call;
use super::change::{Change, Was};
use crate::workspace::Fault;
use crate::workspace::file::{Disk, read};
use crate::workspace::known::{origins_in, union};
use crate::workspace::recognise::{By, COMPARED, Newcomer, SHORTEST, holds};

impl Call<'_> {
    /// Takes over what vanished elsewhere and now stands here: it was moved. Says
    /// which removals have ended so.
    pub(super) fn moved_here(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        after: &str,
        blob: &BlobId,
        carried: &mut Carried,
    ) -> Result<Vec<Statement>, Fault> {
        let newcomer = Newcomer {
            world: &self.world,
            path: change.path,
            blob,
            text: after,
            by: By::Assistant,
        };
        let back = newcomer.recognise(ledger, carried)?;
        Ok(back
            .returned()
            .into_iter()
            .map(Statement::Returned)
            .collect())
    }

    /// What goes here and was put elsewhere before, in the same session, was
    /// moved as well: there it is what it was here, and nothing is taken away.
    pub(super) fn moved_away(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        was: &Was<'_>,
        gone: &mut Vec<Gone>,
    ) -> Result<Vec<Statement>, Fault> {
        let text_of = |range: &Range<u32>| &was.text[range.start as usize..range.end as usize];
        let ranges = gone.iter().map(|gone| gone.old.clone());
        let open: Vec<_> = ranges
            .filter(|range| count_tokens(text_of(range), SHORTEST) >= SHORTEST)
            .collect();
        let mut moves = Vec::new();
        if open.is_empty() {
            return Ok(moves);
        }
        for fact in ledger.facts_sharing(&fingerprints(was.text, &open), COMPARED)? {
            let Statement::Text(fact) = &fact.statement else {
                continue;
            };
            let elsewhere = fact.path != change.path;
            let Some(text) = ledger.snapshot(&fact.blob)?.filter(|_| elsewhere) else {
                continue;
            };
            let own = self.own(ledger, union(ledger, &text, std::slice::from_ref(fact))?)?;
            let stands = |block: &Block| match read(self.place, &fact.path) {
                Ok(Disk::Text { text: now, .. }) => holds(
                    &now,
                    &text[block.old.start as usize..block.old.end as usize],
                ),
                _ => false,
            };
            let found = blocks(&text, was.text, &open);
            for block in found.iter().filter(|block| stands(block)) {
                let parts = parts(&text, &own, was, block);
                if !parts.is_empty() {
                    moves.push(Statement::Moved(parts));
                    let moved = pieces(block, &text, was.text);
                    moved.iter().for_each(|part| without(gone, part));
                }
            }
        }
        Ok(moves)
    }

    /// What this very session has written.
    fn own(&self, ledger: &Ledger, mut regions: Regions) -> Result<Regions, Fault> {
        let ids: Vec<_> = origins_in(&regions).into_iter().collect();
        let origins = ledger.origins(&ids)?;
        regions.spans.retain(|span| {
            origins.get(&span.origin).is_some_and(|origin| {
                origin.session == self.sighting.session && origin.source == self.sighting.agent
            })
        });
        Ok(regions)
    }
}

/// What the session's own text is, by the text that it was moved from.
fn parts(
    text: &str,
    own: &Regions,
    was: &Was<'_>,
    block: &Block,
) -> Vec<(Stretch, Option<Stretch>)> {
    let (rope, before) = (Text::from(text), Text::from(was.text));
    let ink = InkIndex::new(text);
    let mut parts = Vec::new();
    for (old, new) in block.same() {
        for span in own.within(&rope, old.clone()) {
            let here = |byte: u32| byte - new.start + old.start;
            let ink_at = |byte: u32| span.ink.start + ink.at(byte) - ink.at(span.bytes.start);
            let mut add = |bytes: Range<u32>, what: Option<&Span>| {
                let ink = ink_at(here(bytes.start))..ink_at(here(bytes.end));
                let origin = span.origin;
                if !ink.is_empty() {
                    parts.push((Stretch { origin, ink }, what.map(Span::stretch)));
                }
            };
            let start = span.bytes.start - old.start + new.start;
            let end = span.bytes.end - old.start + new.start;
            let mut at = start;
            for known in was.known.regions.within(&before, start..end) {
                add(at..known.bytes.start, None);
                at = known.bytes.end;
                add(known.bytes.clone(), Some(&known));
            }
            add(at..end, None);
        }
    }
    parts
}

/// What of a block has not just gone, in bytes of the text before: its pieces, and what has other text in its place.
fn pieces(block: &Block, now: &str, before: &str) -> Vec<Range<u32>> {
    let ink = |text: &str, from: u32, to: u32| {
        let between = text.get(from as usize..to as usize);
        between.is_some_and(|between| ink_of(between.as_bytes()) > 0)
    };
    let mut same: Vec<_> = block.same().collect();
    same.sort_by_key(|(_, new)| new.start);
    let mut pieces: Vec<Range<u32>> = Vec::new();
    let mut end = 0;
    for (old, new) in same {
        match pieces.last_mut() {
            Some(last) if !ink(before, last.end, new.start) || ink(now, end, old.start) => {
                last.end = new.end;
            }
            _ => pieces.push(new),
        }
        end = old.end;
    }
    pieces
}

/// Takes a range out of what is gone.
pub(super) fn without(gone: &mut Vec<Gone>, range: &Range<u32>) {
    for part in std::mem::take(gone) {
        let (start, end) = (part.old.start, part.old.end);
        let before = start..end.min(range.start).max(start);
        let behind = start.max(range.end).min(end)..end;
        for old in [before, behind] {
            if !old.is_empty() {
                gone.push(Gone { old, at: part.at });
            }
        }
    }
}
