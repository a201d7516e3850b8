//! What can go wrong with git, in words for people.

use std::io;
use std::path::PathBuf;

use super::about::NOTES;

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No such program.
    #[error("git was not found")]
    Absent,
    /// It could not be started or talked to.
    #[error("git could not be run: {0}")]
    Io(#[from] io::Error),
    /// Outside any repository.
    #[error("{0} is not in a git repository")]
    NotARepository(PathBuf),
    /// The repository belongs to another user.
    #[error("git does not trust the repository {0}, as another user owns it")]
    NotTrusted(PathBuf),
    /// No such revision.
    #[error("git knows no revision {0}")]
    UnknownRevision(String),
    /// The history was cut off before that revision.
    #[error("this clone is shallow and lacks {0}")]
    Shallow(String),
    /// The object is in the repository's own book, but not on this disk.
    #[error("this clone lacks objects that git {0} needs")]
    Missing(String),
    /// The environment names an index that does not lie in this repository.
    #[error("GIT_INDEX_FILE names {0}, which is no index of this repository")]
    OtherIndex(PathBuf),
    /// A partial clone lacks texts, and they could not be fetched.
    #[error(
        "{count} of the texts that are needed are only at the remote {remote}, and cannot be fetched: {message}"
    )]
    Promised {
        /// How many.
        count: usize,
        /// Who promised to hold them.
        remote: String,
        /// What git said when it asked for them.
        message: String,
    },
    /// The ref of the shared notes names no commit.
    #[error("{NOTES}{} names no commit, so it holds no notes", of(remote))]
    NoNotes {
        /// Where. `None`: in this clone.
        remote: Option<String>,
    },
    /// A remote has branches that this clone has not fetched.
    #[error("{0} has branches that this clone lacks, so it cannot tell what no branch holds")]
    Behind(String),
    /// Anything else that git says.
    #[error("git {command} failed: {message}")]
    Failed {
        /// Its first words.
        command: String,
        /// The last of what it wrote to its error stream.
        message: String,
    },
    /// Its answer is not what its manual says.
    #[error("git {0} gave an answer that is not understood")]
    Answer(String),
}

impl GitError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            GitError::Absent => "install git, or put it on PATH".to_owned(),
            GitError::Io(_) => "see whether `git --version` runs".to_owned(),
            GitError::NotARepository(_) => "name a file in a repository, or `git init`".to_owned(),
            GitError::NotTrusted(root) => format!(
                "if you trust it: git config --global --add safe.directory {}",
                root.display()
            ),
            GitError::UnknownRevision(_) => "fetch it, or name another".to_owned(),
            GitError::Shallow(_) => "git fetch --unshallow".to_owned(),
            GitError::Missing(_) => "git fetch --refetch --filter=blob:none".to_owned(),
            GitError::OtherIndex(_) => "unset GIT_INDEX_FILE, and repeat".to_owned(),
            GitError::NoNotes { remote } => match remote {
                Some(remote) => format!("take it away there: git push {remote} :{NOTES}"),
                None => format!("take it away: git update-ref -d {NOTES}"),
            },
            GitError::Behind(remote) => format!("git fetch {remote}"),
            GitError::Failed { command, .. }
                if matches!(command.as_str(), "fetch" | "push" | "ls-remote") =>
            {
                "see whether your own `git fetch` and `git push` reach that remote; \
                 where you may only read, use --fetch-only"
                    .to_owned()
            }
            GitError::Promised { remote, .. } => format!(
                "repeat it when the remote can be reached, or: git fetch --refetch --no-filter {remote}"
            ),
            GitError::Failed { .. } | GitError::Answer(_) => {
                "see whether `git status` and `git fsck` run here".to_owned()
            }
        }
    }
}

fn of(remote: &Option<String>) -> String {
    remote
        .as_ref()
        .map(|name| format!(" of {name}"))
        .unwrap_or_default()
}
