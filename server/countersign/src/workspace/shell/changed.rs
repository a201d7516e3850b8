//! A file that a command changed.

use countersign_ledger::Batch;
use countersign_provenance::{BlobId, Regions, Statement};

use crate::workspace::file::Disk;
use crate::workspace::known::Known;
use crate::workspace::report::{Before, Beside, Change, Elsewhere, KnownText, Since};
use crate::workspace::sighting::Offered;

/// A file that a command changed, or a text that it left in a commit.
pub(super) struct Changed {
    /// Relative to the work tree.
    pub(super) path: String,
    /// Path and text before; another path where it was moved.
    pub(super) before: Option<(String, String)>,
    /// What now stands there.
    pub(super) after: Disk,
    /// Where the command may have taken text from.
    pub(super) known: Vec<KnownText>,
    /// The texts before and after changes on other branches that git may have brought.
    pub(super) made_beside: Vec<(String, String)>,
    /// The very same text stands elsewhere, and not by this command.
    pub(super) has_twin: bool,
}

impl Changed {
    /// As it is judged. `since` is what the ledger held before the command, where its beginning was told.
    pub(super) fn change<'a>(&'a self, since: Option<Since>, beside: Beside<'a>) -> Change<'a> {
        let known = beside.known();
        Change {
            path: &self.path,
            before: self.before.as_ref().map(|(path, text)| Before {
                path,
                text,
                blob: None,
                known,
            }),
            known: &self.known,
            made_beside: &self.made_beside,
            after: &self.after,
            offered: &Offered::Unknown,
            since,
            has_twin: self.has_twin,
            beside,
        }
    }

    /// What went from it and what came to it, and what is known of the text before.
    pub(super) fn elsewhere(&self, known: Known) -> Elsewhere {
        let before = self.before.as_ref().map(|(_, text)| text.clone());
        let after = match &self.after {
            Disk::Text { text, .. } => String::clone(text),
            Disk::Absent | Disk::NotText(_) => String::new(),
        };
        Elsewhere::new(before.unwrap_or_default(), known, after)
    }

    /// The path that the file had before it was moved.
    pub(super) fn moved_from(&self) -> Option<&str> {
        let (from, _) = self.before.as_ref()?;
        (*from != self.path).then_some(from)
    }

    /// Whether the file is gone, and its text with it.
    pub(super) fn is_gone(&self) -> bool {
        self.before.is_some() && matches!(self.after, Disk::Absent)
    }

    /// Whether there was no such file.
    pub(super) fn has_come(&self) -> bool {
        self.before.is_none() && matches!(self.after, Disk::Text { .. })
    }

    /// The text that now stands at the path, with the regions that its facts give it.
    pub(super) fn now(&self, facts: &Batch) -> Option<(String, KnownText)> {
        let Disk::Text { text, blob, .. } = &self.after else {
            return None;
        };
        Some((
            self.path.clone(),
            KnownText {
                text: text.to_string(),
                regions: regions(facts, blob),
            },
        ))
    }
}

fn regions(facts: &Batch, blob: &BlobId) -> Regions {
    let mut texts = facts.facts.iter().filter_map(|fact| match &fact.statement {
        Statement::Text(text) if text.blob == *blob => Some(text.regions.clone()),
        _ => None,
    });
    texts.next().unwrap_or_default()
}
