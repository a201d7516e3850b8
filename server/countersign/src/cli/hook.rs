//! `countersign hook AGENT`: what an agent's program calls around each tool use.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use countersign_ledger::locate;

use crate::agents::{self, Payload};
use crate::workspace::{clock, report};

/// A payload beyond this many bytes is not read.
const LARGEST: u64 = 256 << 20;
/// A log beyond this many bytes is begun anew.
const LOG_BYTES: u64 = 256 << 10;
/// What the heap gets at once, in bytes of address space: the texts of a call with all that is reckoned about them.
const HEAP: usize = 16 << 20;

/// Take in what an agent's program tells (called by the agent, with JSON on stdin).
///
/// Always exits 0 and prints nothing: an agent is never disturbed. A fault
/// goes to hook.log beside the ledger.
#[derive(Debug, Parser)]
#[command(
    after_help = "Example, in .claude/settings.json for PreToolUse, PostToolUse and PostToolUseFailure:
  {\"matcher\": \"Write|Edit|NotebookEdit|Bash\",
   \"hooks\": [{\"type\": \"command\", \"command\": \"countersign hook claude-code\", \"timeout\": 10}]}"
)]
pub(super) struct Args {
    /// The agent that calls
    #[arg(value_parser = PossibleValuesParser::new(agents::AGENTS.iter().map(|agent| agent.name)))]
    agent: String,
}

impl Args {
    /// As agents call us, and whoever does not ask for help. It takes no time to look at what the other commands
    /// understand; words behind the agent's name keep nothing from being taken in.
    pub(super) fn called() -> Option<Self> {
        let mut words = std::env::args_os().skip(1);
        let is_hook = words.next()? == "hook";
        let words: Vec<_> = words.collect();
        let asks = |word: &OsString| word == "-h" || word == "--help";
        let agent = words.first().map(|agent| agent.to_string_lossy());
        let agent = agent.unwrap_or_default().into_owned();
        (is_hook && !words.iter().any(asks)).then_some(Args { agent })
    }
}

pub(super) fn run(args: &Args) -> ExitCode {
    keep_the_heap();
    let mut folder = None;
    if let Err(fault) = take_in(args, &mut folder) {
        log(folder.as_deref(), &args.agent, &fault);
    }
    ExitCode::SUCCESS
}

/// Has the heap keep what is freed, as the call is over in a moment. By
/// itself the allocator of glibc maps and unmaps each large buffer: at 10,000
/// lines a sixth of the time goes into pages that are new each time. A mapped
/// block that is freed raises the size from which it maps; the next block of
/// that size then makes the heap itself grow. Neither is touched.
fn keep_the_heap() {
    for _ in 0..2 {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(HEAP)));
    }
}

fn take_in(args: &Args, folder: &mut Option<PathBuf>) -> Result<(), String> {
    let mut payload = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(LARGEST)
        .read_to_end(&mut payload);
    read.map_err(|error| format!("stdin cannot be read: {error}"))?;
    let payload =
        Payload::read(&payload).map_err(|error| format!("the payload is not JSON: {error}"))?;
    *folder = payload
        .text("cwd")
        .map(PathBuf::from)
        .filter(|cwd| cwd.is_absolute());
    let Some(agent) = agents::agent(&args.agent) else {
        let known: Vec<_> = agents::AGENTS.iter().map(|agent| agent.name).collect();
        return Err(format!(
            "it was called for `{}`, which is not an agent; known: {}",
            args.agent,
            known.join(", ")
        ));
    };
    let sighting = (agent.read)(&payload).map_err(|error| error.to_string())?;
    match sighting {
        Some(sighting) => report::report(&sighting, clock::now()).map_err(|f| f.to_string()),
        None => Ok(()),
    }
}

/// Notes a fault beside the ledger of the agent's folder, where one exists.
fn log(folder: Option<&Path>, agent: &str, fault: &str) {
    let here = std::path::PathBuf::from(".");
    let place = locate(folder.unwrap_or(&here));
    let file = place.dir.join("hook.log");
    let large = std::fs::metadata(&file).is_ok_and(|meta| meta.len() > LOG_BYTES);
    let line = format!("{} {agent}: {fault}\n", clock::rfc3339(clock::now()));
    let made = std::fs::create_dir_all(&place.dir);
    let opened = made.and_then(|()| {
        std::fs::OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(large)
            .append(!large)
            .open(file)
    });
    // There is nobody left to tell.
    let _told = opened.and_then(|mut log| log.write_all(line.as_bytes()));
}
