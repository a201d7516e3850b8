//! Git, the person's name in it, and the notes in which facts are shared.

use std::fs;
use std::path::PathBuf;

use countersign_ledger::{Odd, Place, Sample, git, sample};
use serde::Serialize;

use super::Finding;
use crate::setup::git_hooks::{self, Script};

/// What git says.
#[derive(Debug, Default, Serialize)]
pub(crate) struct GitHealth {
    version: Option<String>,
    /// "Name <mail>".
    identity: Option<String>,
    notes: NotesHealth,
}

#[derive(Debug, Default, Serialize)]
struct NotesHealth {
    present: bool,
    blobs: usize,
    shared: bool,
    /// What is passed over in those that were looked at.
    passed_over: PassedOver,
    /// The hook that shares facts.
    pre_push: Option<PathBuf>,
}

/// What is not understood in notes.
#[derive(Debug, Default, Serialize)]
struct PassedOver {
    looked_at: usize,
    lines: usize,
    facts: usize,
    notes: usize,
}

impl From<&Sample> for PassedOver {
    fn from(sample: &Sample) -> Self {
        let Odd {
            lines,
            facts,
            notes,
        } = sample.odd;
        PassedOver {
            looked_at: sample.looked_at,
            lines,
            facts,
            notes,
        }
    }
}

pub(super) fn examine(place: &Place, findings: &mut Vec<Finding>) -> GitHealth {
    let version = match git::version(place) {
        Ok(version) => version,
        Err(error) => {
            findings.push(Finding::trouble("git", error.to_string(), error.hint()));
            return GitHealth::default();
        }
    };
    findings.push(Finding::ok("git", version.clone()));
    let identity = git::identity(place);
    findings.push(match &identity {
        Ok(person) => Finding::ok("you", person.clone()),
        Err(error) => {
            Finding::trouble("you", error.to_string(), error.hint().replace('\n', " && "))
        }
    });
    GitHealth {
        version: Some(version),
        identity: identity.ok(),
        notes: notes(place, findings),
    }
}

fn notes(place: &Place, findings: &mut Vec<Finding>) -> NotesHealth {
    if place.git_dir.is_none() {
        return NotesHealth::default();
    }
    let script = git_hooks::script(place).ok().filter(|script| {
        let text = fs::read_to_string(&script.path).unwrap_or_default();
        git_hooks::is_set_up(&text)
    });
    let notes = match git::notes(place) {
        Ok(notes) => notes,
        Err(error) => {
            findings.push(Finding::trouble("notes", error.to_string(), error.hint()));
            return NotesHealth::default();
        }
    };
    let shared = match notes.is_shared {
        true => "a remote takes them along",
        false => "no remote takes them along",
    };
    let next = match script {
        Some(_) => "countersign sync",
        None => "countersign sync; or with each push: countersign init --git-hooks",
    };
    findings.push(match notes.is_present {
        true => Finding::ok(
            "notes",
            format!("{} about {} texts; {shared}", git::NOTES, notes.blobs),
        ),
        false => Finding::remark(
            "notes",
            format!("no {}: facts stay in this clone", git::NOTES),
            Some(next),
        ),
    });
    let sample = sample(place).unwrap_or_else(|error| {
        findings.push(Finding::trouble("notes", error.to_string(), error.hint()));
        Sample::default()
    });
    findings.extend(passed_over(&sample, notes.blobs));
    findings.extend(script.as_ref().map(shares));
    let runs = script.filter(|script| !script.is_idle());
    NotesHealth {
        present: notes.is_present,
        blobs: notes.blobs,
        shared: notes.is_shared,
        passed_over: PassedOver::from(&sample),
        pre_push: runs.map(|script| script.path),
    }
}

/// Whether a script that calls us is run.
fn shares(script: &Script) -> Finding {
    let path = script.path.display();
    match script.is_idle() {
        false => Finding::ok("pre-push", format!("{path} shares facts whenever you push")),
        true => Finding::trouble(
            "pre-push",
            format!("{path} is not executable, so git does not run it: no push shares facts"),
            format!("chmod +x {path}"),
        ),
    }
}

/// What is odd in the notes, which may come from anybody, hinders nothing.
fn passed_over(sample: &Sample, all: usize) -> Option<Finding> {
    let (odd, looked_at) = (sample.odd, sample.looked_at);
    let example = sample.example.as_ref()?;
    let part = match looked_at < all {
        true => format!(" ({looked_at} of {all} notes were looked at)"),
        false => String::new(),
    };
    let says = format!("what is not understood in them is passed over: {odd}{part}");
    let next = format!("git notes --ref={} show {}", git::NOTES, example.as_str());
    Some(Finding::remark("notes", says, Some(&next)))
}
