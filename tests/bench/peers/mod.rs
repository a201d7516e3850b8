//! Our server beside others, driven by one client, on one machine in one run:
//!
//!     cargo bench -p countersign -- peers [--quick] [ruff tombi …]
//!
//! `fetch` gets the others from their registries into a folder beside the system. One that cannot be had is NOT RUN,
//! with the reason. What is printed is Markdown, ready for the README.

mod client;
mod group;
mod machine;
mod peer;
mod report;
mod sample;
mod session;
mod size;

use crate::Effort;
use crate::repo::Repo;
use peer::{PEERS, Peer};
use report::{Report, Row};
use sample::Sample;
use session::Trouble;

/// Measures those that the words name, or all, and prints the table.
pub(crate) fn run(effort: Effort, words: &[String]) {
    if let Some(unknown) = words
        .iter()
        .find(|word| !PEERS.iter().any(|peer| peer.name == **word))
    {
        eprintln!("there is no server {unknown} here; there are {}", names());
        std::process::exit(2);
    }
    let mut report = Report::new(effort);
    for peer in PEERS
        .iter()
        .filter(|peer| words.is_empty() || words.iter().any(|word| word == peer.name))
    {
        eprintln!("measuring: {}", peer.name);
        match measure(peer, effort) {
            Ok(row) => report.rows.push(row),
            Err(trouble) => report.not_run.push(format!("{}: {}", peer.name, trouble)),
        }
    }
    if effort == Effort::Full {
        eprintln!("measuring: the build");
        report.build = Some(machine::build_time());
    }
    println!("{report}");
}

fn names() -> String {
    let names: Vec<&str> = PEERS.iter().map(|peer| peer.name).collect();
    names.join(", ")
}

fn measure(peer: &'static Peer, effort: Effort) -> Result<Row, Trouble> {
    let program = peer.fetch()?;
    let sample = Sample::of(peer.language);
    let repo = Repo::new();
    repo.write(sample.path, &sample.before);
    repo.commit();
    // For ours this makes the marks; for the others it is the same text in the same place.
    repo.assistant_writes(sample.path, &sample.after);
    let figures = session::measure(peer, &program, &repo, &sample, effort)?;
    Ok(Row {
        peer,
        bytes: size::of(&program),
        figures,
    })
}
