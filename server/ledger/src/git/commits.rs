//! What commits say of themselves, and what they changed.

use super::command::run_with;
use super::compare::{Row, raw, rows};
use super::{CommitId, FileChange, GitError, Renames};
use crate::Place;

/// A commit without its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: CommitId,
    /// None of the first commit, and of one at which a shallow clone ends.
    pub parents: Vec<CommitId>,
    /// Who wrote it, as the commit says: name and address.
    pub author: (String, String),
    /// Who put it there: name and address.
    pub committer: (String, String),
    /// When it was put there, in UTC milliseconds since 1970.
    pub at: i64,
    /// The whole message.
    pub message: String,
}

/// The commits that one reaches and none of the others does, parents first. Only the commits themselves are read.
pub fn commits(
    place: &Place,
    known: &[CommitId],
    head: &CommitId,
) -> Result<Vec<Commit>, GitError> {
    let arguments = [
        "-c",
        "log.showSignature=false",
        "log",
        "-z",
        "--no-color",
        "--no-notes",
        "--no-patch",
        "--encoding=UTF-8",
        "--topo-order",
        "--reverse",
        "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%ct%x00%B",
        "--stdin",
    ];
    let known = known
        .iter()
        .map(|commit| format!("^{}\n", commit.as_str()))
        .collect::<String>();
    let asked = format!("{}\n{known}", head.as_str());
    let answer = run_with(place, &arguments, asked.as_bytes())?;
    let fields: Vec<&[u8]> = answer.split(|byte| *byte == 0).collect();
    let commits = fields.chunks_exact(8).map(read);
    commits
        .collect::<Option<_>>()
        .ok_or_else(|| GitError::Answer("log".to_owned()))
}

fn read(fields: &[&[u8]]) -> Option<Commit> {
    let field = |index: usize| String::from_utf8_lossy(fields[index]).into_owned();
    let seconds: i64 = field(6).trim().parse().ok()?;
    Some(Commit {
        id: CommitId::new(field(0))?,
        parents: field(1).split(' ').filter_map(CommitId::new).collect(),
        author: (field(2), field(3)),
        committer: (field(4), field(5)),
        at: seconds.saturating_mul(1000),
        message: field(7),
    })
}

/// What these commits changed: for each of them, and each of its parents, the files. A commit without parents changed
/// all that it holds. Submodules are left out.
pub fn commit_changes(
    place: &Place,
    commits: &[&Commit],
    renames: Renames,
) -> Result<Vec<Vec<Vec<FileChange>>>, GitError> {
    if commits.is_empty() {
        return Ok(Vec::new());
    }
    let raw = raw(renames);
    let arguments = [&["diff-tree", "--stdin", "--root", "--always"], &raw[..]].concat();
    let asked: String = commits.iter().map(|commit| lines(commit)).collect();
    let answer = run_with(place, &arguments, asked.as_bytes())?;
    let misread = || GitError::Answer("diff-tree".to_owned());
    let mut sections = sections(&answer).ok_or_else(misread)?.into_iter();
    let changes = commits.iter().map(|commit| {
        let count = commit.parents.len().max(1);
        let own = sections.by_ref().take(count);
        let own: Vec<_> = own.filter(|(id, _)| *id == commit.id).collect();
        (own.len() == count).then(|| own.into_iter().map(|(_, changes)| changes).collect())
    });
    changes.collect::<Option<_>>().ok_or_else(misread)
}

/// The files under the headings that they stand under.
fn sections(answer: &[u8]) -> Option<Vec<(CommitId, Vec<FileChange>)>> {
    let mut sections: Vec<(CommitId, Vec<FileChange>)> = Vec::new();
    for row in rows(answer) {
        match row {
            Row::Heading(commit) => sections.push((commit, Vec::new())),
            Row::Change(change) => sections.last_mut()?.1.push(change),
        }
    }
    Some(sections)
}

/// A line for each parent: git then compares with it as if it were the only one.
fn lines(commit: &Commit) -> String {
    let id = commit.id.as_str();
    if commit.parents.is_empty() {
        return format!("{id}\n");
    }
    let parents = commit.parents.iter();
    parents
        .map(|parent| format!("{id} {}\n", parent.as_str()))
        .collect()
}
