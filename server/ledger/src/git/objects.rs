//! Questions about many objects or paths at once.

use std::collections::HashSet;

use countersign_provenance::BlobId;

use super::GitError;
use super::command::{Running, nul_separated, run, run_with, start_with, words};
use super::compare::index_entry;
use super::index::surely_tracks;
use crate::Place;

/// The bytes of blobs, in their order; `None` for what this repository lacks.
pub fn read_blobs(place: &Place, ids: &[BlobId]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let answer = run_with(place, &["cat-file", "--batch"], &lines(ids))?;
    contents(&answer, ids.len())
}

/// Reads the answer of `cat-file --batch` for so many objects.
pub(super) fn contents(answer: &[u8], count: usize) -> Result<Vec<Option<Vec<u8>>>, GitError> {
    let mut rest = answer;
    let mut contents = Vec::with_capacity(count);
    for _ in 0..count {
        let (content, after) = one_object(rest).ok_or_else(|| misread("cat-file"))?;
        contents.push(content);
        rest = after;
    }
    Ok(contents)
}

/// Reads `id type size LF content LF` or `id missing LF`.
fn one_object(answer: &[u8]) -> Option<(Option<Vec<u8>>, &[u8])> {
    let end = memchr::memchr(b'\n', answer)?;
    let header = str::from_utf8(&answer[..end]).ok()?;
    let rest = &answer[end + 1..];
    if header.ends_with(" missing") || header.ends_with(" ambiguous") {
        return Some((None, rest));
    }
    let mut words = header.split(' ').skip(1);
    let kind = words.next()?;
    let Some(size) = words.next().and_then(|size| size.parse::<usize>().ok()) else {
        return Some((None, rest));
    };
    let content = rest.get(..size)?;
    let after = rest.get(size.checked_add(1)?..)?;
    Some(((kind == "blob").then(|| content.to_vec()), after))
}

/// Which of these blobs are in the repository, in their order. That a blob is
/// there does not say that a commit reaches it.
pub fn known_blobs(place: &Place, ids: &[BlobId]) -> Result<Vec<bool>, GitError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let arguments = ["cat-file", "--batch-check=%(objecttype)", "--buffer"];
    let answer = run_with(place, &arguments, &lines(ids))?;
    let answer = String::from_utf8_lossy(&answer);
    let known: Vec<bool> = answer.lines().map(|line| line == "blob").collect();
    (known.len() == ids.len())
        .then_some(known)
        .ok_or_else(|| misread("cat-file"))
}

/// The sizes of blobs in bytes, in their order; `None` for what this repository lacks.
pub fn blob_sizes(place: &Place, ids: &[BlobId]) -> Result<Vec<Option<u64>>, GitError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let arguments = ["cat-file", "--batch-check=%(objectsize)", "--buffer"];
    let answer = run_with(place, &arguments, &lines(ids))?;
    let answer = String::from_utf8_lossy(&answer);
    let sizes: Vec<Option<u64>> = answer.lines().map(|line| line.parse().ok()).collect();
    (sizes.len() == ids.len())
        .then_some(sizes)
        .ok_or_else(|| misread("cat-file"))
}

/// Those of these paths that git ignores. Outside a repository: none.
pub fn ignored(place: &Place, paths: &[&str]) -> Result<HashSet<String>, GitError> {
    ask_ignored(place, paths)?.answer()
}

/// Git at work on the question of [`ignored`].
pub struct Ignored<'a> {
    place: &'a Place,
    matching: Option<Running>,
}

/// Like [`ignored`], for those who have something else to do meanwhile. Starts no git for a file
/// that git is seen to track.
pub fn ask_ignored<'a>(place: &'a Place, paths: &[&str]) -> Result<Ignored<'a>, GitError> {
    let is_asked = match paths {
        [path] => place.git_dir.is_some() && !surely_tracks(place, path),
        _ => place.git_dir.is_some() && !paths.is_empty(),
    };
    let matching = is_asked.then(|| check_ignore(place, paths, &["--no-index"]));
    let matching = matching.transpose()?;
    Ok(Ignored { place, matching })
}

impl Ignored<'_> {
    /// Waits for git. Most paths match no pattern, for which it need not read its index; of the
    /// others, those that it tracks are not ignored.
    pub fn answer(self) -> Result<HashSet<String>, GitError> {
        let Some(matching) = self.matching else {
            return Ok(HashSet::new());
        };
        let answer = matching.finish_search()?;
        let matching: Vec<&str> = words(&answer).collect();
        if matching.is_empty() {
            return Ok(HashSet::new());
        }
        let answer = check_ignore(self.place, &matching, &[])?.finish_search()?;
        Ok(words(&answer).map(str::to_owned).collect())
    }
}

fn check_ignore(place: &Place, paths: &[&str], how: &[&str]) -> Result<Running, GitError> {
    let arguments = [&["check-ignore", "-z", "--stdin"], how].concat();
    start_with(place, &arguments, &nul_separated(paths.iter().copied()))
}

/// The files of the index with the blobs it holds, sorted by path. Conflicts
/// and submodules are left out.
pub fn tracked(place: &Place) -> Result<Vec<(String, BlobId)>, GitError> {
    let answer = run(place, &["ls-files", "-z", "--stage", "--full-name"])?;
    Ok(words(&answer).filter_map(named).collect())
}

/// The same of the files that a sparse checkout leaves out of the work tree.
pub fn left_out(place: &Place) -> Result<Vec<(String, BlobId)>, GitError> {
    let git_dir = place.git_dir.as_ref();
    if !git_dir.is_some_and(|dir| dir.join("info/sparse-checkout").is_file()) {
        return Ok(Vec::new());
    }
    let answer = run(place, &["ls-files", "-z", "-t", "--stage", "--full-name"])?;
    let left_out = words(&answer).filter_map(|line| line.strip_prefix("S "));
    Ok(left_out.filter_map(named).collect())
}

fn named(line: &str) -> Option<(String, BlobId)> {
    index_entry(line).map(|entry| (entry.path, entry.blob))
}

fn lines(ids: &[BlobId]) -> Vec<u8> {
    ids.iter()
        .flat_map(|id| [id.as_str(), "\n"])
        .collect::<String>()
        .into_bytes()
}

fn misread(command: &str) -> GitError {
    GitError::Answer(command.to_owned())
}
