//! `countersign sync`: share facts through git.

use std::path::PathBuf;

use clap::Parser;
use countersign_ledger::{Ledger, Mode, Place, Synced, git, locate, sync};
use serde::Serialize;

use super::out;
use crate::workspace::gate::look_at_branches;
use crate::workspace::{Fault, clock};

/// Share facts through git: fetch the notes of a remote, join them with ours, push
///
/// The facts stand in refs/notes/countersign, as notes on the texts (blobs) that a branch holds: who wrote which
/// bytes, what was confirmed, digests to find the text again. Never code, and never a prompt. Push your branches
/// first, or after; the order does not matter. Nothing is ever forced.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign sync
  countersign sync upstream --dry-run
  countersign sync --fetch-only        in CI, with a token that may only read")]
pub(super) struct Args {
    /// A remote, or its URL [default: origin, or the only one there is]
    remote: Option<String>,
    /// Take in what others know; add and push nothing
    #[arg(long, conflicts_with = "dry_run")]
    fetch_only: bool,
    /// Say what would be shared; change nothing
    #[arg(long)]
    dry_run: bool,
    /// Also take away what was said more than DAYS days ago of texts that no branch holds any more
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "90",
          conflicts_with_all = ["fetch_only", "dry_run"])]
    prune: Option<u32>,
    /// A file or folder of the repository
    #[arg(long, default_value = ".")]
    repository: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct SyncJson<'a> {
    remote: &'a str,
    taken: usize,
    shared: usize,
    texts: usize,
    pruned: usize,
    pushed: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let place = locate(&args.repository);
    if place.git_dir.is_none() {
        let root = place.root.clone();
        return Err(git::GitError::NotARepository(root).into());
    }
    let remote = remote(args, &place)?;
    let now = clock::now();
    let mut ledger = Ledger::open(&place)?;
    if !args.dry_run {
        look_at_branches(&mut ledger, &place)?;
    }
    let synced = sync(&mut ledger, &remote, mode(args, now), now)?;
    if synced.taken > 0 && !args.dry_run {
        look_at_branches(&mut ledger, &place)?;
    }
    if args.json {
        out::json(&SyncJson {
            remote: &remote,
            taken: synced.taken,
            shared: synced.shared,
            texts: synced.texts,
            pruned: synced.pruned,
            pushed: synced.pushed,
        });
    } else {
        tell(args, &remote, synced);
    }
    Ok(0)
}

fn mode(args: &Args, now: i64) -> Mode {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    match args.prune {
        Some(days) => Mode::Prune(now - i64::from(days) * DAY),
        None if args.fetch_only => Mode::FetchOnly,
        None if args.dry_run => Mode::DryRun,
        None => Mode::Both,
    }
}

fn remote(args: &Args, place: &Place) -> Result<String, Fault> {
    if let Some(remote) = &args.remote {
        return Ok(remote.clone());
    }
    let remotes = git::remotes(place)?;
    match remotes.as_slice() {
        _ if remotes.iter().any(|name| name == "origin") => Ok("origin".to_owned()),
        [only] => Ok(only.clone()),
        [] => Err(Fault::Usage(
            "this repository has no remote to share with: git remote add origin URL".to_owned(),
        )),
        _ => Err(Fault::Usage(format!(
            "which remote? countersign sync {}",
            remotes.join(" | ")
        ))),
    }
}

fn tell(args: &Args, remote: &str, synced: Synced) {
    let facts = |count: usize| out::count(count as u32, "fact");
    let texts = out::count(synced.texts as u32, "text");
    if args.dry_run {
        let shared = facts(synced.shared);
        out::line(&format!(
            "Would share {shared} with {remote}; {texts} would have notes."
        ));
        return;
    }
    out::line(&format!("Took in {} from {remote}.", facts(synced.taken)));
    if synced.pruned > 0 {
        let pruned = out::count(synced.pruned as u32, "text");
        out::line(&format!(
            "Took away the notes of {pruned} that no branch holds."
        ));
    }
    if synced.pushed {
        let shared = facts(synced.shared);
        out::line(&format!("Shared {shared}. There are notes on {texts}."));
    } else if !args.fetch_only {
        out::line("There is nothing to share yet: no commit holds text that an assistant wrote.");
    }
}
