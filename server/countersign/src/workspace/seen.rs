//! What was found out about texts that no fact spoke of, so that it is found out once.

use countersign_ledger::{Batch, Durability, Ledger, new_fact_id};
use countersign_provenance::{BlobId, Fact, Statement, TextFact};

use super::clock;
use super::known::{From, Known, is_short};

/// Texts that were looked at.
pub(super) struct Seen {
    batch: Batch,
    strangers: Vec<BlobId>,
    lasting: Lasting,
}

/// Whether texts are worth more than a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lasting {
    /// They may be gone in a moment.
    No,
    /// Other clones will see them, who know no text before.
    Committed,
}

impl Seen {
    /// Texts on disk.
    pub(super) fn in_work_tree() -> Self {
        Self::new(Lasting::No)
    }

    /// Texts of commits: what was carried to them is written down as well.
    pub(super) fn in_commits() -> Self {
        Self::new(Lasting::Committed)
    }

    fn new(lasting: Lasting) -> Self {
        Seen {
            batch: Batch::default(),
            strangers: Vec::new(),
            lasting,
        }
    }

    /// Notes what was found of a text: its regions, or that there are none.
    pub(super) fn look(&mut self, path: &str, blob: &BlobId, text: &str, known: &Known) {
        let lasts = self.lasting == Lasting::Committed && !known.regions.is_empty();
        match known.from {
            From::Facts => {}
            From::Carried if !lasts => {}
            From::Nothing => self.strangers.push(blob.clone()),
            From::Carried | From::Elsewhere => {
                let fact = TextFact {
                    blob: blob.clone(),
                    path: path.to_owned(),
                    bound: is_short(text),
                    regions: known.regions.clone(),
                };
                self.batch.snapshots.push((blob.clone(), text.to_owned()));
                self.batch.facts.push(Fact {
                    id: new_fact_id(),
                    at: clock::now(),
                    by: String::new(),
                    statement: Statement::Text(fact),
                });
            }
        }
    }

    /// Keeps it; whether that went well. Where the ledger cannot be written, it is found out anew the next time. So it is
    /// with a file that an assistant is at work on: it will tell itself what it wrote, which may read like a copy.
    pub(super) fn keep(mut self, ledger: &mut Ledger) -> bool {
        let strangers = self.strangers.is_empty() || ledger.put_strangers(&self.strangers).is_ok();
        let found = self.batch.facts.len();
        if found > 0 {
            let begun = ledger.last_words_of_begun().unwrap_or_default();
            let is_told = |text: &TextFact| ledger.path_has_text(&text.path, &text.blob);
            self.batch.facts.retain(|fact| match &fact.statement {
                // A command names no file.
                Statement::Text(text) => {
                    !begun.contains("")
                        && !begun.contains(&text.path)
                        && is_told(text).is_ok_and(|is_told| !is_told)
                }
                _ => true,
            });
        }
        let facts = self.batch.facts.is_empty()
            || ledger.append(&self.batch, Durability::Recoverable).is_ok();
        strangers && facts && found == self.batch.facts.len()
    }
}
