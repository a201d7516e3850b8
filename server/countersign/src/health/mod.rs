//! What is wrong here, and what to do about it: the use case of `doctor`.
//!
//! A file a subject: each says what it found as data, and as findings in words. Nothing is mended but by `repair`.

mod agents;
mod editors;
mod git;
mod ledger;
mod program;
mod repair;
mod settings;

use countersign_ledger::Place;
use serde::Serialize;

use crate::setup::Machine;
pub(crate) use repair::{Repair, repair};

/// All that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    /// Whether nothing is wrong.
    pub(crate) ok: bool,
    pub(crate) version: &'static str,
    pub(crate) root: String,
    pub(crate) program: program::ProgramHealth,
    pub(crate) ledger: ledger::LedgerHealth,
    pub(crate) agents: Vec<agents::AgentHealth>,
    pub(crate) editors: Vec<editors::EditorHealth>,
    pub(crate) git: git::GitHealth,
    pub(crate) findings: Vec<Finding>,
    /// What was put right before all this was looked at; `None` where nobody asked for it.
    pub(crate) repairs: Option<Vec<Repair>>,
}

/// One thing, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// "ledger", "Claude Code".
    pub(crate) about: String,
    pub(crate) state: State,
    pub(crate) says: String,
    /// The next command, or what else to do.
    pub(crate) next: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Ok,
    /// Worth knowing; nothing is wrong.
    Remark,
    /// Something is wrong.
    Trouble,
}

impl Finding {
    fn ok(about: &str, says: impl Into<String>) -> Finding {
        Finding {
            about: about.into(),
            state: State::Ok,
            says: says.into(),
            next: None,
        }
    }

    fn remark(about: &str, says: impl Into<String>, next: Option<&str>) -> Finding {
        Finding {
            state: State::Remark,
            next: next.map(str::to_owned),
            ..Finding::ok(about, says)
        }
    }

    fn trouble(about: &str, says: impl Into<String>, next: impl Into<String>) -> Finding {
        Finding {
            state: State::Trouble,
            next: Some(next.into()),
            ..Finding::ok(about, says)
        }
    }
}

/// Looks at everything.
pub(crate) fn examine(place: &Place, machine: &Machine) -> Health {
    let mut findings = Vec::new();
    let program = program::examine(machine, &mut findings);
    findings.push(match place.git_dir {
        Some(_) => Finding::ok("repository", place.root.display().to_string()),
        None => Finding::remark(
            "repository",
            format!("{} is in no git repository", place.root.display()),
            Some("git init"),
        ),
    });
    let git = git::examine(place, &mut findings);
    let (ledger, opened) = ledger::examine(place, &mut findings);
    settings::examine(place, &mut findings);
    let agents = agents::examine(place, machine, opened.as_ref(), &mut findings);
    let editors = editors::examine(place, machine, &mut findings);
    Health {
        ok: findings
            .iter()
            .all(|finding| finding.state != State::Trouble),
        version: env!("CARGO_PKG_VERSION"),
        root: place.root.to_string_lossy().into_owned(),
        program,
        ledger,
        agents,
        editors,
        git,
        findings,
        repairs: None,
    }
}
