//! Text that a person put into a buffer and that is known from another file.

use std::collections::HashMap;
use std::ops::Range;

use countersign_ledger::git;
use countersign_provenance::carry::{Carried, Source};
use countersign_provenance::{Fact, Text, count_tokens};

use super::Session;
use super::buffer::Buffer;
use crate::workspace::Fault;
use crate::workspace::recognise::{By, Newcomer, Recognised, World};
use crate::workspace::returned::{Here, ended};

/// From so many tokens upward text that was cut elsewhere is known.
const KNOWN_RUN: usize = 12;

impl Session {
    /// Looks in all buffers at what has come since the last time.
    pub(crate) fn recognise_all(&self) {
        let new = self.buffers.iter().filter(|buffer| buffer.has_news());
        let new: Vec<String> = new.map(|buffer| buffer.key().clone()).collect();
        for uri in new {
            let beside = self.texts_beside(&uri);
            let Some(mut buffer) = self.buffers.get_mut(&uri) else {
                continue;
            };
            self.take_awaited(&mut buffer);
            if let Err(fault) = self.recognise(&mut buffer, &beside) {
                tracing::debug!("what was pasted is not looked for elsewhere: {fault}");
            }
        }
    }

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

    /// Gives what a person cut or copied elsewhere its regions back. The removals that end so, once the buffer is saved.
    pub(super) fn recognise(
        &self,
        buffer: &mut Buffer,
        beside: &HashMap<String, Text>,
    ) -> Result<Vec<Fact>, Fault> {
        if buffer.document.typed().is_empty() {
            return Ok(Vec::new());
        }
        let place = buffer.place.clone();
        let text = buffer.document.text().to_string();
        let blob = git::blob_id(text.as_bytes(), git::object_format(&place));
        let mut carried = Carried {
            fresh: buffer.document.typed().to_vec(),
            ..Carried::default()
        };
        let (found, ended) = self.with(&place, |repository| match &repository.ledger {
            Some(ledger) => {
                let world = World::buffers(&place, beside);
                let newcomer = Newcomer {
                    world: &world,
                    path: &buffer.path,
                    blob: &blob,
                    text: &text,
                    by: By::Person,
                };
                let found = newcomer.recognise(ledger, &mut carried)?;
                let here = Here::of_work_tree(&buffer.path);
                let is_any = matches!(found, Recognised::From(_));
                let ended = ended(&world, ledger, &here, found.returned())?;
                Ok((is_any, ended))
            }
            None => Ok((false, Vec::new())),
        })?;
        if found {
            buffer.document.join(Source::new(&text, &carried.regions));
            self.learn(buffer);
        }
        Ok(ended)
    }
}

impl Buffer {
    /// Whether it has changed since it was journaled, and holds text that may be known from elsewhere.
    fn has_news(&self) -> bool {
        let may_hold_awaited = !self.awaited.is_empty();
        let is_long = |typed: &Range<u32>| {
            let text = self.document.text().slice(typed.clone());
            count_tokens(&text, KNOWN_RUN) >= KNOWN_RUN
        };
        !self.is_journaled && (may_hold_awaited || self.document.typed().iter().any(is_long))
    }
}
