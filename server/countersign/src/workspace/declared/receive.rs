//! What marked commits brought, found again in the texts of today.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use countersign_ledger::{Batch, Durability, Ledger, Place, derived_fact_id};
use countersign_provenance::carry::{Carried, Source};
use countersign_provenance::found::{blocks, take_over};
use countersign_provenance::{
    BlobId, Fact, Regions, Span, Statement, Text, TextFact, fingerprints,
};

use super::{Brought, Marked};
use crate::workspace::Fault;
use crate::workspace::gate::Texts;
use crate::workspace::known::is_short;
use crate::workspace::recognise::holds;
use crate::workspace::tree::Tree;

/// Begins the names of our facts. Never to be changed: other clones have them.
const TEXT: &str = "countersign declared text 1";
/// So many commits are read at once: more would be a matter of memory.
const AT_ONCE: usize = 64;

/// A text in which what commits brought may stand.
pub(crate) struct Receiver<'a> {
    pub(crate) path: &'a str,
    /// The paths that it had before.
    pub(crate) before: Vec<&'a str>,
    pub(crate) blob: &'a BlobId,
    pub(crate) text: &'a str,
    /// What is known of it.
    pub(crate) regions: &'a Regions,
    /// The whole lines that are looked at, in bytes.
    pub(crate) new: &'a [Range<u32>],
}

/// What was found.
pub(crate) struct Received {
    /// Of each text in the order given: all that is then known of it; `None` where nothing was found.
    pub(crate) regions: Vec<Option<Regions>>,
    /// The origins that it names, and these regions.
    pub(crate) facts: Vec<Fact>,
    snapshots: Vec<(BlobId, Arc<String>)>,
}

impl Received {
    /// Writes it down. Where the ledger cannot be written, it is found out anew the next time.
    pub(crate) fn keep(&self, ledger: &mut Ledger) {
        if self.facts.is_empty() {
            return;
        }
        let batch = Batch {
            facts: self.facts.clone(),
            snapshots: self.snapshots.clone(),
            ..Batch::default()
        };
        if let Err(error) = ledger.append(&batch, Durability::Recoverable) {
            tracing::warn!(%error, "what commits declare is not written down");
        }
    }
}

/// Looks for what marked commits brought (parents first) on the lines that nothing is known of.
pub(crate) fn carry_to(
    ledger: &Ledger,
    place: &Place,
    tree: &Tree<'_>,
    marked: &[Marked<'_>],
    receivers: &[Receiver<'_>],
) -> Result<Received, Fault> {
    let mut search = Search::new(tree, receivers);
    for some in marked.chunks(AT_ONCE) {
        if search.is_done() {
            break;
        }
        let texts = Texts::read(place, some.iter().flat_map(Marked::blobs))?;
        for marked in some {
            for file in &marked.files {
                let Some(text) = texts.get(&file.blob) else {
                    continue;
                };
                let olds = file.olds.iter().filter_map(|old| texts.get(&old.blob));
                let olds: Vec<&str> = olds.collect();
                if let Some(brought) = file.brought(ledger, marked, text, &olds)? {
                    search.take(&brought);
                }
            }
        }
    }
    Ok(search.received())
}

/// How much of what was brought to a file another text has. Where that file is gone, and the text has most of it, it is
/// the same file by another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shared {
    Some,
    Most,
}

struct Search<'a> {
    tree: &'a Tree<'a>,
    receivers: &'a [Receiver<'a>],
    /// What was found in each, and what is still open.
    carried: Vec<Carried>,
    by_path: HashMap<&'a str, Vec<usize>>,
    by_hash: HashMap<u64, Vec<usize>>,
    origins: Vec<Fact>,
}

impl<'a> Search<'a> {
    fn new(tree: &'a Tree<'a>, receivers: &'a [Receiver<'a>]) -> Self {
        let open = |receiver: &Receiver<'_>| Carried {
            fresh: receiver.open(),
            ..Carried::default()
        };
        let carried: Vec<Carried> = receivers.iter().map(open).collect();
        let (mut by_path, mut by_hash) = (HashMap::new(), HashMap::new());
        for (index, receiver) in receivers.iter().enumerate() {
            for path in receiver.before.iter().chain([&receiver.path]) {
                let own: &mut Vec<usize> = by_path.entry(*path).or_default();
                own.push(index);
                own.dedup();
            }
            if carried[index].fresh.is_empty() {
                continue;
            }
            let all = 0..receiver.text.len() as u32;
            for hash in fingerprints(receiver.text, std::slice::from_ref(&all)) {
                let own: &mut Vec<usize> = by_hash.entry(hash).or_default();
                own.push(index);
            }
        }
        Search {
            tree,
            receivers,
            carried,
            by_path,
            by_hash,
            origins: Vec::new(),
        }
    }

    fn is_done(&self) -> bool {
        self.carried.iter().all(|carried| carried.fresh.is_empty())
    }

    /// Looks for what a commit brought to a file: in the file itself, and where it has gone.
    fn take(&mut self, brought: &Brought<'_>) {
        let source = Source {
            text: brought.text,
            regions: &brought.regions,
            only: Some(&brought.parts),
        };
        let own = self.by_path.get(brought.path).cloned().unwrap_or_default();
        for &index in &own {
            self.carried[index].take(self.receivers[index].text, &source);
        }
        for (index, shared) in self.sharing(brought) {
            let Receiver { text, blob, .. } = self.receivers[index];
            if own.contains(&index) || self.carried[index].fresh.is_empty() {
                continue;
            }
            let is_same = blob == brought.blob || shared == Shared::Most;
            if is_same && self.tree.blob_at(brought.path).is_none() {
                self.carried[index].take(text, &source);
                continue;
            }
            let mut found = blocks(brought.text, text, &self.carried[index].fresh);
            found.retain(|block| {
                block.holds_any(&brought.parts) && !self.stands(brought, &block.old)
            });
            take_over(&mut self.carried[index], text, &source, &found);
        }
        let is_used = |carried: &Carried| {
            let mut spans = carried.regions.spans.iter();
            spans.any(|span| span.origin == brought.origin.id)
        };
        if self.carried.iter().any(is_used) {
            self.origins.push(brought.origin.clone());
        }
    }

    /// The texts that share a run of a dozen tokens with what was brought, or are the very same.
    fn sharing(&self, brought: &Brought<'_>) -> BTreeMap<usize, Shared> {
        let hashes = fingerprints(brought.text, &brought.parts);
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        let found = hashes.iter().filter_map(|hash| self.by_hash.get(hash));
        for index in found.flatten() {
            *counts.entry(*index).or_default() += 1;
        }
        for (index, receiver) in self.receivers.iter().enumerate() {
            if receiver.blob == brought.blob {
                counts.insert(index, hashes.len());
            }
        }
        let shared = counts.into_iter().map(|(index, count)| {
            let most = count * 2 > hashes.len();
            (index, if most { Shared::Most } else { Shared::Some })
        });
        shared.collect()
    }

    /// Whether a part of what was brought still stands where it was brought to: elsewhere it is then a copy, which a
    /// person may have written as well.
    fn stands(&self, brought: &Brought<'_>, part: &Range<u32>) -> bool {
        let own = &brought.text[part.start as usize..part.end as usize];
        let there = self.tree.text_at(brought.path);
        there.is_some_and(|there| holds(&there, own))
    }

    fn received(self) -> Received {
        let mut received = Received {
            regions: Vec::new(),
            facts: self.origins,
            snapshots: Vec::new(),
        };
        let names: HashSet<_> = received.facts.iter().map(|fact| fact.id).collect();
        let at = received.facts.iter().map(|fact| fact.at).max().unwrap_or(0);
        for (receiver, carried) in self.receivers.iter().zip(self.carried) {
            let mut added = carried.regions.spans;
            added.retain(|span| names.contains(&span.origin));
            if added.is_empty() {
                received.regions.push(None);
                continue;
            }
            let regions = receiver.with(added);
            received.facts.push(receiver.fact(&regions, at));
            let text = Arc::new(receiver.text.to_owned());
            let snapshot = (receiver.blob.clone(), text);
            received.snapshots.push(snapshot);
            received.regions.push(Some(regions));
        }
        received
    }
}

impl Receiver<'_> {
    /// What no line with a region is part of, without white space at the ends.
    fn open(&self) -> Vec<Range<u32>> {
        let text = Text::from(self.text);
        let mut open = Vec::new();
        for run in self.new {
            let known = self.regions.within(&text, run.clone());
            let known: BTreeSet<u32> = known
                .iter()
                .flat_map(|span| text.line_of(span.bytes.start)..=text.line_of(span.bytes.end - 1))
                .collect();
            let mut start = run.start;
            for line in known {
                open.push(start..text.line_start(line));
                start = text.line_start(line + 1);
            }
            open.push(start..run.end);
        }
        let trimmed = open.into_iter().filter(|part| part.start < part.end);
        let trimmed = trimmed.map(|part| text.trim(part));
        trimmed.filter(|part| !part.is_empty()).collect()
    }

    /// All that is known of the text, with this.
    fn with(&self, added: Vec<Span>) -> Regions {
        let spans = [self.regions.spans.clone(), added].concat();
        Regions::new(self.text, spans, self.regions.marks.clone())
    }

    fn fact(&self, regions: &Regions, at: i64) -> Fact {
        let told: String = regions
            .spans
            .iter()
            .map(|span| format!("{:?} {} {:?}\n", span.bytes, span.origin, span.ink))
            .chain(
                regions
                    .marks
                    .iter()
                    .map(|mark| format!("{} {}\n", mark.at, mark.removal)),
            )
            .collect();
        Fact {
            id: derived_fact_id(&[TEXT, self.blob.as_str(), self.path, &told]),
            at,
            by: String::new(),
            statement: Statement::Text(TextFact {
                blob: self.blob.clone(),
                path: self.path.to_owned(),
                bound: is_short(self.text),
                regions: regions.clone(),
            }),
        }
    }
}
