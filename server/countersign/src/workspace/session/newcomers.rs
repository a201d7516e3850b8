//! Text that a person put into a buffer and that is known from another file.

use std::collections::HashMap;

use countersign_ledger::git;
use countersign_provenance::Text;
use countersign_provenance::carry::{Carried, Source};

use super::Session;
use super::buffer::Buffer;
use crate::workspace::Fault;
use crate::workspace::recognise::{By, Newcomer, Recognised, World};

impl Session {
    /// The texts of the other buffers of a work tree, by their paths: what
    /// stands there counts, not what their files still hold.
    pub(super) fn texts_beside(&self, uri: &str) -> HashMap<String, Text> {
        let Some(own) = self.buffers.get(uri).map(|own| own.place.worktree.clone()) else {
            return HashMap::new();
        };
        let beside = self
            .buffers
            .iter()
            .filter(|buffer| buffer.key() != uri && buffer.place.worktree == own);
        beside
            .map(|buffer| (buffer.path.clone(), buffer.document.text().clone()))
            .collect()
    }

    /// Gives what a person cut or copied elsewhere its regions back.
    pub(super) fn recognise(
        &self,
        buffer: &mut Buffer,
        beside: &HashMap<String, Text>,
    ) -> Result<(), Fault> {
        if buffer.document.typed().is_empty() {
            return Ok(());
        }
        let place = buffer.place.clone();
        let text = buffer.document.text().to_string();
        let blob = git::blob_id(text.as_bytes(), git::object_format(&place));
        let mut carried = Carried {
            fresh: buffer.document.typed().to_vec(),
            ..Carried::default()
        };
        let found = self.with(&place, |repository| match &repository.ledger {
            Some(ledger) => {
                let newcomer = Newcomer {
                    world: &World::buffers(&place, beside),
                    path: &buffer.path,
                    blob: &blob,
                    text: &text,
                    by: By::Person,
                };
                newcomer.recognise(ledger, &mut carried)
            }
            None => Ok(Recognised::Alone),
        })?;
        if matches!(found, Recognised::From(_)) {
            buffer.document.join(Source::new(&text, &carried.regions));
            self.learn(buffer);
        }
        Ok(())
    }
}
