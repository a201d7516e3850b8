//! What is compared with what, and the command to run where a clone lacks one of the two.

use std::collections::HashSet;

use countersign_ledger::git::{Commit, CommitId, GitError, Version};
use countersign_ledger::{Place, git};

use crate::workspace::Fault;

/// Two states of all files, and the commits between them.
pub(super) struct Comparison {
    pub(super) head: Version,
    /// Never empty; `None` is the tree that holds nothing. What is new is new against each of them.
    pub(super) bases: Vec<Option<CommitId>>,
    /// What HEAD reaches and no base does, parents first.
    pub(super) commits: Vec<Commit>,
    /// What the person should know: a sentence each.
    pub(super) remarks: Vec<String>,
}

/// The index against HEAD; before the first commit, against nothing.
pub(super) fn staged(place: &Place) -> Result<Comparison, Fault> {
    if place.is_bare() {
        return Err(Fault::CannotCompare {
            why: "a bare repository has no index".to_owned(),
            next: "judge what a branch brings: countersign check --base REV".to_owned(),
        });
    }
    let open = git::unmerged(place)?;
    if let Some(first) = open.first() {
        let why = match open.len() {
            1 => format!("a merge left {first} open, so the index holds no text of it to judge"),
            n => format!(
                "a merge left {n} files open, {first} among them: the index holds no text of them to judge"
            ),
        };
        let next = format!("settle it, then: git add {first} (`git status` lists what is open)");
        return Err(Fault::CannotCompare { why, next });
    }
    let head = match git::rev_parse(place, "HEAD") {
        Ok(head) => Some(head),
        Err(GitError::UnknownRevision(_)) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(Comparison {
        head: Version::Index,
        bases: vec![head],
        commits: Vec::new(),
        remarks: Vec::new(),
    })
}

/// HEAD against where it parted from a revision. Several commits may be as near to both; none where their histories
/// have nothing in common: then all of HEAD is new.
pub(super) fn parted_from(
    place: &Place,
    head: CommitId,
    revision: &str,
) -> Result<Comparison, Fault> {
    let other = git::rev_parse(place, revision).map_err(|error| unknown(place, revision, error))?;
    let found = git::merge_bases(place, &other, &head)?;
    let mut remarks = Vec::new();
    let known = match found.is_empty() {
        true if git::is_shallow(place) => return Err(cut_before(revision)),
        true => {
            remarks.push(format!(
                "{revision} and HEAD have no commit in common: all that HEAD holds counts as new"
            ));
            vec![other]
        }
        false => found.clone(),
    };
    let commits = git::commits(place, &known, &head)?;
    let cut: HashSet<CommitId> = git::cut_off(place).into_iter().collect();
    if commits.iter().any(|commit| cut.contains(&commit.id)) {
        return Err(cut_between(revision));
    }
    let bases = match found.is_empty() {
        true => vec![None],
        false => found.into_iter().map(Some).collect(),
    };
    Ok(Comparison {
        head: Version::Commit(head),
        bases,
        commits,
        remarks,
    })
}

const DEEPEN: &str =
    "git fetch --deepen=200 (again, until it is there), or all of it: git fetch --unshallow";

fn cut_before(revision: &str) -> Fault {
    Fault::CannotCompare {
        why: format!(
            "this clone is shallow and lacks the commit at which HEAD parted from {revision}"
        ),
        next: DEEPEN.to_owned(),
    }
}

fn cut_between(revision: &str) -> Fault {
    Fault::CannotCompare {
        why: format!(
            "this clone is shallow and lacks some of the commits since {revision}: an assistant may have marked them"
        ),
        next: DEEPEN.to_owned(),
    }
}

fn unknown(place: &Place, revision: &str, error: GitError) -> Fault {
    let is_unknown = matches!(error, GitError::UnknownRevision(_) | GitError::Shallow(_));
    if !is_unknown {
        return error.into();
    }
    if revision.contains("..") {
        return Fault::Usage(format!(
            "--base takes one revision, not the range {revision}: what is new in HEAD since it parted from that"
        ));
    }
    let shallow = match error {
        GitError::Shallow(_) => "; it is shallow",
        _ => "",
    };
    Fault::CannotCompare {
        why: format!("this clone has no revision `{revision}` to compare HEAD with{shallow}"),
        next: to_fetch(place, revision),
    }
}

/// The command that may bring a revision here.
fn to_fetch(place: &Place, revision: &str) -> String {
    let remotes = git::remotes(place).unwrap_or_default();
    let is_origin = |remote: &&String| *remote == "origin";
    let Some(remote) = remotes.iter().find(is_origin).or(remotes.first()) else {
        return "name one that is here (`git branch --all` lists the branches); there is no remote to fetch from".into();
    };
    let of_remote = |remote: &String| {
        let branch = revision.strip_prefix(remote.as_str())?.strip_prefix('/')?;
        Some((remote.clone(), branch))
    };
    if revision.is_empty() || revision.contains(['~', '^', '@', '{', ':', ' ']) {
        return match git::is_shallow(place) {
            true => DEEPEN.to_owned(),
            false => "name a commit, a branch or a tag; `git log --oneline` lists commits".into(),
        };
    }
    if let Some((remote, branch)) = remotes.iter().find_map(of_remote) {
        return format!("git fetch {remote} {branch}:refs/remotes/{remote}/{branch}");
    }
    if CommitId::new(revision).is_some() {
        return format!("git fetch {remote} {revision}");
    }
    format!("git fetch {remote} {revision}, then: countersign check --base FETCH_HEAD")
}
