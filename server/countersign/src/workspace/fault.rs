//! What can go wrong, in words for people. The one place that words it.

use std::path::PathBuf;

use countersign_ledger::git::{GitError, NoIdentity};
use countersign_ledger::{LedgerError, SyncError};

/// Why something was not done. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Git does not know the person.
    #[error(transparent)]
    NoIdentity(#[from] NoIdentity),
    /// Sharing.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// A file that cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file as it was named.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file that cannot be written.
    #[error("{path} cannot be written: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// No file.
    #[error("{0} cannot be read: there is no such file")]
    Absent(PathBuf),
    /// Something that is no file.
    #[error("{path} is {what}, not a file")]
    NotAFile {
        /// As it was named.
        path: PathBuf,
        /// "a folder".
        what: &'static str,
    },
    /// Not a text.
    #[error("{path} is not text: {why}")]
    NotText {
        /// The file as it was named.
        path: PathBuf,
        /// What was found.
        why: &'static str,
    },
    /// A process that runs under an agent.
    #[error(transparent)]
    Refused(#[from] crate::person::Refusal),
    /// Settings of agents and editors.
    #[error(transparent)]
    Setup(#[from] crate::setup::SetupError),
    /// The buffer is another one by now.
    #[error("the text changed since it was shown")]
    ContentModified,
    /// Nothing to act upon.
    #[error("{place} has nothing to {verb}")]
    NothingThere {
        /// What was named.
        place: String,
        /// "confirm".
        verb: &'static str,
    },
    /// The arguments make no sense.
    #[error("{0}")]
    Usage(String),
    /// There is no basis for a judgement.
    #[error("{why}")]
    NotEnoughKnown {
        /// What is missing.
        why: String,
        /// What to do about it.
        next: &'static str,
    },
    /// There is no basis for a judgement of what is new.
    #[error("{why}")]
    CannotCompare {
        /// What is missing.
        why: String,
        /// The command to run.
        next: String,
    },
}

impl Fault {
    /// What the person can do next.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Fault::Ledger(error) => Some(error.hint()),
            Fault::Git(error) => Some(error.hint()),
            Fault::NoIdentity(error) => Some(error.hint()),
            Fault::Setup(error) => Some(error.hint()),
            Fault::Sync(error) => Some(error.hint()),
            Fault::Unreadable { .. } | Fault::Absent(_) | Fault::NotAFile { .. } => {
                Some("check the path; `countersign status` lists the files that have marks".into())
            }
            Fault::Unwritable { .. } => Some("nothing was changed; see what stands there".into()),
            Fault::NotText { .. } => Some("only UTF-8 text can carry marks".into()),
            Fault::ContentModified => Some("look at it again and repeat".into()),
            Fault::NothingThere { verb: "mark", .. } => Some(
                "blank lines, and what is known as an assistant's already, stay as they are; \
                 `countersign blame FILE` shows them"
                    .into(),
            ),
            Fault::NothingThere { verb: "undo", .. } => {
                Some("only what you said yourself, in this repository, can be taken back".into())
            }
            Fault::NothingThere { .. } => {
                Some("`countersign status` lists what is unreviewed".into())
            }
            Fault::NotEnoughKnown { next, .. } => Some((*next).into()),
            Fault::CannotCompare { next, .. } => Some(next.clone()),
            Fault::Refused(_) | Fault::Usage(_) => None,
        }
    }

    /// The exit code that stands for it.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Fault::Refused(_) => 3,
            _ => 2,
        }
    }
}
