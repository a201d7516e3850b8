//! What names commits.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::GitError;
use super::command::Running;
use super::command::{run, start};
use super::ref_files;
use crate::Place;

/// The id of a commit in hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitId(String);

impl CommitId {
    /// Wraps a full hex id. `None` where it is not one, or names nothing (all zeros).
    pub fn new(hex: impl Into<String>) -> Option<Self> {
        let hex = hex.into();
        let long = matches!(hex.len(), 40 | 64) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        (long && hex.bytes().any(|byte| byte != b'0')).then_some(CommitId(hex))
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// All names of commits: branches, tags (the commit they name), remotes'
/// branches, every entry of the stash. Notes are left out.
pub fn refs(place: &Place) -> Result<Vec<(String, CommitId)>, GitError> {
    ask_refs(place)?.answer(place)
}

/// The answer to the question of [`refs`], or git at work on it.
pub(super) enum AskedRefs {
    Read(Vec<(String, CommitId)>),
    Asked(Running),
}

pub(super) fn ask_refs(place: &Place) -> Result<AskedRefs, GitError> {
    if let Some(refs) = ref_files::refs(place) {
        return Ok(AskedRefs::Read(refs));
    }
    let format = "--format=%(objectname) %(*objectname) %(refname)";
    Ok(AskedRefs::Asked(start(place, &["for-each-ref", format])?))
}

impl AskedRefs {
    pub(super) fn answer(self, place: &Place) -> Result<Vec<(String, CommitId)>, GitError> {
        let mut refs: Vec<_> = match self {
            AskedRefs::Read(refs) => refs,
            AskedRefs::Asked(git) => {
                let answer = git.finish()?;
                let answer = String::from_utf8_lossy(&answer);
                answer.lines().filter_map(read_ref).collect()
            }
        };
        let ours = ["refs/notes/", "refs/countersign/"];
        refs.retain(|(name, _)| !ours.iter().any(|folder| name.starts_with(folder)));
        refs.extend(older_stashes(place));
        Ok(refs)
    }
}

fn read_ref(line: &str) -> Option<(String, CommitId)> {
    let mut words = line.splitn(3, ' ');
    let (object, peeled, name) = (words.next()?, words.next()?, words.next()?);
    let commit = if peeled.is_empty() { object } else { peeled };
    Some((name.to_owned(), CommitId::new(commit)?))
}

/// The ref names only the newest; the others stand in its log.
fn older_stashes(place: &Place) -> Vec<(String, CommitId)> {
    let log = place
        .common_dir
        .as_deref()
        .map(|dir| dir.join("logs/refs/stash"));
    let text = log
        .and_then(|log| fs::read_to_string(log).ok())
        .unwrap_or_default();
    let commits = text.lines().rev().filter_map(|line| line.split(' ').nth(1));
    let named = commits.enumerate().skip(1);
    named
        .filter_map(|(n, id)| Some((format!("refs/stash@{{{n}}}"), CommitId::new(id)?)))
        .collect()
}

/// What fetches brought: by the last one in this work tree, also where no ref names it, and by the logs of the remotes'
/// branches among these refs. What was pushed moves such a branch, too, and was made here.
pub fn fetched(place: &Place, refs: &[(String, CommitId)]) -> Vec<CommitId> {
    let file = place.git_dir.as_deref().map(|dir| dir.join("FETCH_HEAD"));
    let text = file
        .and_then(|file| fs::read_to_string(file).ok())
        .unwrap_or_default();
    let from_elsewhere = text.lines().filter(|line| !line.ends_with(" of ."));
    let ids = from_elsewhere.filter_map(|line| line.split('\t').next());
    let names = refs.iter().map(|(name, _)| name.as_str());
    let logs = logs_of(
        place,
        names.filter(|name| name.starts_with("refs/remotes/")),
    );
    let moves = logs.lines().filter_map(|line| line.split_once('\t'));
    let fetches = moves.filter(|(_, why)| !why.starts_with("update by push"));
    let logged = fetches.filter_map(|(ids, _)| Some(head_move(ids)?.1));
    ids.filter_map(CommitId::new).chain(logged).collect()
}

/// What the logs of refs say of late, as [`head_move`] reads it.
fn logs_of<'a>(place: &Place, names: impl Iterator<Item = &'a str>) -> String {
    let Some(folder) = place.common_dir.as_deref() else {
        return String::new();
    };
    if !folder.join("reftable").is_dir() {
        let files = names.map(|name| folder.join("logs").join(name));
        return files.filter_map(|file| end_of(&file)).collect();
    }
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return String::new();
    }
    let how = [
        "log",
        "--walk-reflogs",
        "-n",
        "500",
        "--format=%H %H%x09%gs",
    ];
    let answer = run(place, &[&how[..], &names, &["--"]].concat()).unwrap_or_default();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Where HEAD of this work tree was lately, newest first, each once. No ref need
/// name these. Starts no process.
pub fn head_log(place: &Place) -> Vec<CommitId> {
    let log = place.git_dir.as_deref().map(|dir| dir.join("logs/HEAD"));
    let text = log.and_then(|log| end_of(&log)).unwrap_or_default();
    let mut seen = Vec::new();
    for line in text.lines().rev() {
        for id in line.splitn(3, ' ').take(2).filter_map(CommitId::new) {
            if !seen.contains(&id) {
                seen.push(id);
            }
        }
    }
    seen
}

/// Whether git has brought changes of other branches since HEAD of this work tree was at a commit: by a merge, a rebase or
/// a pick that is done, or is under way. Starts no process.
pub fn has_brought(place: &Place, since: Option<&CommitId>) -> bool {
    const UNDER_WAY: [&str; 5] = [
        "MERGE_HEAD",
        "CHERRY_PICK_HEAD",
        "SQUASH_MSG",
        "rebase-merge",
        "rebase-apply",
    ];
    const DONE: [&str; 6] = [
        "merge",
        "pull",
        "rebase",
        "cherry-pick",
        "commit (merge)",
        "commit (cherry-pick)",
    ];
    let Some(dir) = place.git_dir.as_deref() else {
        return false;
    };
    if UNDER_WAY.iter().any(|name| dir.join(name).exists()) {
        return true;
    }
    let text = end_of(&dir.join("logs/HEAD")).unwrap_or_default();
    let moves = text.lines().rev().filter_map(|line| line.split_once('\t'));
    let mut new =
        moves.take_while(|(ids, _)| head_move(ids).is_some_and(|(_, to)| Some(&to) != since));
    new.any(|(_, why)| DONE.iter().any(|word| why.starts_with(word)))
}

/// Whether a repository was made since then (milliseconds since 1970): its first commit, where it has one yet, was made in
/// it, and neither cloned nor copied.
pub fn began_here(place: &Place, since: i64) -> bool {
    let Some(dir) = place.git_dir.as_deref() else {
        return false;
    };
    match fs::read_to_string(dir.join("logs/HEAD")) {
        Ok(log) => {
            let first = log.lines().next().and_then(|line| line.split_once('\t'));
            first.is_some_and(|(about, why)| {
                // Before the zone; in seconds.
                let at = about.rsplit(' ').nth(1).and_then(|at| at.parse().ok());
                why.starts_with("commit (initial)") && at.is_some_and(|at: i64| at >= since / 1000)
            })
        }
        Err(_) => {
            let made = fs::metadata(dir.join("HEAD")).and_then(|head| head.modified());
            let made = made
                .ok()
                .and_then(|made| made.duration_since(UNIX_EPOCH).ok());
            let is_new = made.is_some_and(|made| made.as_millis() as i64 >= since);
            is_new && rev_parse(place, "HEAD").is_err()
        }
    }
}

/// Commits made lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where HEAD was before.
    pub before: CommitId,
    /// The commits.
    pub commits: Vec<CommitId>,
}

/// The commits made since then (milliseconds since 1970) in this work tree, one after the other. `None` where there
/// are none, and where HEAD was at none before. Starts no process.
pub fn made_since(place: &Place, since: i64) -> Option<Made> {
    let log = place.git_dir.as_deref()?.join("logs/HEAD");
    let text = end_of(&log)?;
    let mut made = None;
    for (before, commit) in text.lines().rev().filter_map(head_move) {
        if written_at(place, &commit).is_none_or(|at| at < since) {
            break;
        }
        let commits = made.map_or_else(Vec::new, |made: Made| made.commits);
        let commits = [commits, vec![commit]].concat();
        made = Some(Made {
            before: before?,
            commits,
        });
    }
    made
}

/// Reads `old new NAME <MAIL> SECONDS ZONE TAB why`.
fn head_move(line: &str) -> Option<(Option<CommitId>, CommitId)> {
    let mut ids = line.splitn(3, ' ');
    let (old, new) = (ids.next()?, ids.next()?);
    Some((CommitId::new(old), CommitId::new(new)?))
}

/// When a commit was written here. One that lies in a pack is older than any that matters.
fn written_at(place: &Place, commit: &CommitId) -> Option<i64> {
    let (folder, file) = commit.as_str().split_at(2);
    let path = place
        .common_dir
        .as_deref()?
        .join("objects")
        .join(folder)
        .join(file);
    let written = fs::metadata(path).ok()?.modified().ok()?;
    let since = written.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

/// The last lines of a log: some fifty. One that is cut names no commit.
fn end_of(log: &Path) -> Option<String> {
    const LATELY: i64 = 10_000;
    let mut file = File::open(log).ok()?;
    let _short = file.seek(SeekFrom::End(-LATELY));
    let mut end = Vec::new();
    file.read_to_end(&mut end).ok()?;
    Some(String::from_utf8_lossy(&end).into_owned())
}

/// The last commit of HEAD that is surely older than this, in UTC milliseconds since 1970.
pub(crate) fn last_before(place: &Place, at: i64) -> Result<Option<CommitId>, GitError> {
    let before = format!("--before=@{}", at / 1000 - 1);
    let answer = run(place, &["rev-list", "-1", &before, "HEAD", "--"])?;
    Ok(CommitId::new(String::from_utf8_lossy(&answer).trim()))
}

/// The commit that a revision names.
pub fn rev_parse(place: &Place, revision: &str) -> Result<CommitId, GitError> {
    let commit = match revision.starts_with(":/") {
        // All that follows is looked for in messages; what is found is a commit.
        true => revision.to_owned(),
        false => format!("{revision}^{{commit}}"),
    };
    let arguments = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ];
    match run(place, &arguments) {
        Ok(answer) => {
            let answer = String::from_utf8_lossy(&answer);
            CommitId::new(answer.trim()).ok_or_else(|| GitError::Answer("rev-parse".to_owned()))
        }
        Err(GitError::Failed { .. }) if is_shallow(place) => {
            Err(GitError::Shallow(revision.to_owned()))
        }
        Err(GitError::Failed { .. }) => Err(GitError::UnknownRevision(revision.to_owned())),
        Err(error) => Err(error),
    }
}

/// The names of the remotes.
pub fn remotes(place: &Place) -> Result<Vec<String>, GitError> {
    let answer = run(place, &["remote"])?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().map(str::to_owned).collect())
}

/// Whether the history of this clone was cut off somewhere.
pub fn is_shallow(place: &Place) -> bool {
    place
        .common_dir
        .as_deref()
        .is_some_and(|dir| dir.join("shallow").exists())
}
