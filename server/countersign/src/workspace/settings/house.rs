//! The repository's own settings, which hold for all who work in it.
//!
//! An assistant can write them as it can write everything else, and `ignore` hides what it wrote. So they hold only
//! while nothing in them waits for review: who confirms them stands behind what they hide.

use std::sync::Arc;

use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::review::Authored;
use countersign_provenance::{BlobId, Text};

use super::{Layer, Source, read};
use crate::workspace::Fault;
use crate::workspace::file::{self, Disk};
use crate::workspace::known::{knowledge_of, regions_of};

/// Their file, at the root of the repository.
pub(crate) const FILE: &str = "countersign.toml";

/// The settings of a repository.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct House {
    /// What holds.
    pub(crate) layer: Layer,
    /// What does not, and why: a sentence each.
    pub(crate) complaints: Vec<String>,
    /// Nothing is wrong but that a change by an assistant waits for a person.
    pub(crate) waits: bool,
}

impl House {
    /// As they stand on the disk.
    pub(crate) fn of_work_tree(place: &Place) -> House {
        let found = match file::read(place, FILE) {
            Ok(Disk::Absent) => return House::default(),
            Ok(Disk::NotText(why)) => return House::not_heeded(why),
            Ok(Disk::Text { text, blob, .. }) => unignored(place, Arc::unwrap_or_clone(text), blob),
            Err(fault) => Err(fault),
        };
        let house = found.and_then(|found| match found {
            Some((text, blob)) => {
                let ledger = Ledger::open_existing(place)?;
                Ok(House::of_text(ledger.as_ref(), place, &text, &blob)?)
            }
            None => Ok(House::not_heeded(
                "git ignores it, so that nobody could review it",
            )),
        });
        house.unwrap_or_else(|fault: Fault| House::not_heeded(&fault.to_string()))
    }

    /// As they stand in a text.
    pub(crate) fn of_text(
        ledger: Option<&Ledger>,
        place: &Place,
        text: &str,
        blob: &BlobId,
    ) -> Result<House, Fault> {
        if let Some(ledger) = ledger
            && is_open(ledger, place, text, blob)?
        {
            return Ok(House {
                waits: true,
                ..House::not_heeded("it holds a change by an assistant that nobody has confirmed")
            });
        }
        Ok(House::of_toml(text))
    }

    fn of_toml(text: &str) -> House {
        let text = text.trim_start_matches('\u{feff}');
        match toml::from_str::<serde_json::Value>(text) {
            Ok(settings) => {
                let read = read(&settings, Source::House);
                let told = |sentence| format!("{FILE}: {sentence}");
                House {
                    layer: read.layer,
                    complaints: read.complaints.into_iter().map(told).collect(),
                    waits: false,
                }
            }
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start));
                let line = before.unwrap_or_default().matches('\n').count() + 1;
                House::not_heeded(&format!("line {line}: {}", error.message()))
            }
        }
    }

    pub(crate) fn not_heeded(why: &str) -> House {
        House {
            layer: Layer::default(),
            complaints: vec![format!("{FILE} is not heeded: {why}")],
            waits: false,
        }
    }
}

/// What git ignores can be changed without a trace.
fn unignored(place: &Place, text: String, blob: BlobId) -> Result<Option<(String, BlobId)>, Fault> {
    let is_ignored = place.git_dir.is_some() && !git::ignored(place, &[FILE])?.is_empty();
    Ok((!is_ignored).then_some((text, blob)))
}

fn is_open(ledger: &Ledger, place: &Place, text: &str, blob: &BlobId) -> Result<bool, Fault> {
    let raw = regions_of(ledger, place, FILE, blob, text)?.regions;
    let knowledge = knowledge_of(ledger, [&raw])?;
    let regions = knowledge.review(&Text::from(text), &raw, &[], Authored::ByHand);
    Ok(regions.iter().any(|region| region.state.is_open()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_toml_is_told_with_its_reason() {
        let house = House::of_toml("enable = true\nignore = nothing\n");
        assert_eq!(house.layer, Layer::default());
        assert_eq!(house.complaints.len(), 1);
        assert!(
            house.complaints[0].starts_with("countersign.toml is not heeded: line 2: "),
            "{house:?}"
        );
    }

    #[test]
    fn a_wrong_key_takes_nothing_from_the_others() {
        let house = House::of_toml(
            "ignore = [\"vendor/**\"]\nignored = 1\n[severity]\nunreviewed = \"off\"\n",
        );
        assert_eq!(house.layer.ignore, Some(vec!["vendor/**".to_owned()]));
        assert_eq!(house.layer.unreviewed, Some(super::super::Severity::Off));
        assert_eq!(
            house.complaints,
            [
                "countersign.toml: `ignored` is not a setting; there are `enable`, `ignore`, `severity`"
            ]
        );
    }
}
