//! `countersign sync`: share facts through git.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap::{Parser, ValueHint};
use countersign_ledger::{Ledger, Mode, Place, Synced, git, sync};
use serde::Serialize;

use super::out;
use super::repository::Repository;
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
    #[arg(value_hint = ValueHint::Other)]
    remote: Option<String>,
    /// Take in what others know; add and push nothing
    #[arg(long, conflicts_with = "dry_run")]
    fetch_only: bool,
    /// Say what would be shared; change nothing
    #[arg(long)]
    dry_run: bool,
    /// Also take away what was said more than DAYS days ago, or 90, of texts that no branch holds any more
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "90",
          conflicts_with_all = ["fetch_only", "dry_run"])]
    prune: Option<u32>,
    #[command(flatten)]
    repository: Repository,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// As git's pre-push hook calls it: asks for nothing, takes ten seconds at most, and never fails
    #[arg(long, hide = true, conflicts_with_all = ["fetch_only", "dry_run", "prune", "json"])]
    hook: bool,
}

/// A push waits no longer for facts to be shared.
const HOOK: Duration = Duration::from_secs(10);

#[derive(Debug, Serialize)]
struct SyncJson<'a> {
    remote: &'a str,
    taken: usize,
    shared: usize,
    texts: usize,
    pruned: usize,
    pushed: bool,
}

/// Runs the command. A hook's is done beside this thread: it may be left at any instant, as nothing is lost then.
pub(super) fn run(args: Args) -> Result<u8, Fault> {
    if !args.hook {
        return share(&args);
    }
    if Ledger::open_existing(&args.repository.place()).is_ok_and(|ledger| ledger.is_none()) {
        return Ok(0);
    }
    git::ask_nobody();
    let (done, end) = mpsc::channel();
    thread::spawn(move || done.send(share(&args).map_err(|fault| fault.to_string())));
    let why = match end.recv_timeout(HOOK) {
        Ok(Ok(_)) => return Ok(0),
        Ok(Err(fault)) => fault,
        Err(_) => "the remote takes long".to_owned(),
    };
    out::error(&format!("countersign: what is known was not shared: {why}"));
    Ok(0)
}

fn share(args: &Args) -> Result<u8, Fault> {
    let place = args.repository.place();
    if place.git_dir.is_none() {
        let root = place.root.clone();
        return Err(git::GitError::NotARepository(root).into());
    }
    let remote = remote(args, &place)?;
    let now = clock::now();
    let ledger = match args.dry_run {
        true => Ledger::open_copy(&place)?,
        false => Some(Ledger::open(&place)?),
    };
    let synced = match ledger {
        Some(mut ledger) if args.dry_run => {
            look_at_branches(&mut ledger, &place)?;
            sync(&mut ledger, &remote, mode(args, now), now)?
        }
        Some(mut ledger) => {
            look_at_branches(&mut ledger, &place)?;
            let synced = sync(&mut ledger, &remote, mode(args, now), now)?;
            if synced.taken > 0 {
                look_at_branches(&mut ledger, &place)?;
            }
            synced
        }
        None => nothing_yet(&place, &remote)?,
    };
    if args.json {
        out::json(&SyncJson {
            remote: &remote,
            taken: synced.taken,
            shared: synced.shared,
            texts: synced.texts,
            pruned: synced.pruned,
            pushed: synced.pushed,
        });
    } else if !args.hook {
        tell(args, &remote, synced);
    }
    Ok(0)
}

/// Nothing was ever written here, and nothing shall be; but the remote is asked.
fn nothing_yet(place: &Place, remote: &str) -> Result<Synced, Fault> {
    git::SharedNotes::of(place).peek(remote)?;
    Ok(Synced::default())
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
