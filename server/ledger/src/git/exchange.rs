//! The way of the shared notes to remotes and back. Only git goes there.

use super::about::NOTES;
use super::command::{run, start_online};
use super::notes::{Moved, SharedNotes};
use super::refs::CommitId;
use super::{GitError, known_commits};
use crate::digest;

/// All that a fetch or a push of ours does not do.
const PLAIN: [&str; 3] = ["--quiet", "--no-recurse-submodules", "--no-tags"];

impl SharedNotes<'_> {
    /// Fetches a remote's notes, all of them. `None` where it has none.
    pub fn fetch(&self, remote: &str) -> Result<Option<CommitId>, GitError> {
        let name = digest::sha256(&[remote.as_bytes()]);
        let tracking = format!("refs/countersign/remote-{}", &name[..16]);
        let refspec = format!("+{NOTES}:{tracking}");
        match self.fetch_only(remote, &refspec)? {
            true => self.commit_of(&tracking).map_err(|error| match error {
                GitError::NoNotes { .. } => no_notes(remote),
                error => error,
            }),
            false => {
                // What it had before does not count any more.
                run(self.place, &["update-ref", "-d", &tracking])?;
                Ok(None)
            }
        }
    }

    /// The same without a trace in this repository but for the objects.
    pub fn peek(&self, remote: &str) -> Result<Option<CommitId>, GitError> {
        let found = self.ask_remote(&["--refs", "--", remote, NOTES])?;
        let Some(id) = found.into_iter().next() else {
            return Ok(None);
        };
        self.fetch_only(remote, NOTES)?;
        let is_commit = format!("{}^{{commit}}", id.as_str());
        match run(
            self.place,
            &["rev-parse", "--verify", "--quiet", &is_commit],
        ) {
            Ok(_) => Ok(Some(id)),
            Err(GitError::Failed { .. }) => Err(no_notes(remote)),
            Err(error) => Err(error),
        }
    }

    /// Whether the remote has such a ref, which is now here.
    fn fetch_only(&self, remote: &str, refspec: &str) -> Result<bool, GitError> {
        let words = [
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--",
            remote,
            refspec,
        ];
        let arguments = [&["fetch"][..], &PLAIN, &words].concat();
        match start_online(self.place, &arguments)?.finish() {
            Ok(_) => Ok(true),
            Err(GitError::Failed { message, .. })
                if message.contains("couldn't find remote ref") =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Gives a remote our notes. Never by force.
    pub fn push(&self, remote: &str) -> Result<Moved, GitError> {
        let refspec = format!("{NOTES}:{NOTES}");
        let words = ["--porcelain", "--no-verify", "--", remote, &refspec];
        let arguments = [&["push", "--no-follow-tags"][..], &PLAIN[..2], &words].concat();
        let (told, error) = start_online(self.place, &arguments)?.finish_told()?;
        let told = String::from_utf8_lossy(&told);
        // `!<tab>ours:theirs<tab>[rejected] (fetch first)`
        let refused = told.lines().find_map(|line| line.strip_prefix("!\t"));
        let refused = refused.and_then(|line| line.split_once('\t'));
        Moved::of(match (error, refused) {
            (Some(GitError::Failed { command, message }), Some((_, why))) => {
                let why = why.trim_start_matches("[remote rejected]").trim();
                let message = match message.starts_with("failed to push") {
                    true => format!("the remote refused: {why}"),
                    false => format!("the remote refused: {why}; {message}"),
                };
                Some(GitError::Failed { command, message })
            }
            (error, _) => error,
        })
    }

    /// What the branches of a remote name. An error where this clone lacks one.
    pub fn branches_of(&self, remote: &str) -> Result<Vec<CommitId>, GitError> {
        let tips = self.ask_remote(&["--heads", "--", remote])?;
        match known_commits(self.place, tips.clone())?.len() == tips.len() {
            true => Ok(tips),
            false => Err(GitError::Behind(remote.to_owned())),
        }
    }

    /// What refs of a remote name.
    fn ask_remote(&self, words: &[&str]) -> Result<Vec<CommitId>, GitError> {
        let arguments = [&["ls-remote", "--quiet"][..], words].concat();
        let answer = start_online(self.place, &arguments)?.finish()?;
        let answer = String::from_utf8_lossy(&answer);
        let ids = answer.lines().filter_map(|line| line.split('\t').next());
        Ok(ids.filter_map(CommitId::new).collect())
    }
}

fn no_notes(remote: &str) -> GitError {
    GitError::NoNotes {
        remote: Some(remote.to_owned()),
    }
}
