//! `countersign check --base REV` and `--staged`: only what is new is judged.

mod clones;
mod declared;
mod histories;
mod new_text;
mod removals;
mod staged;

use super::{GUARD, PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::output::Output;
use crate::support::repo::Repo;
use serde_json::Value;

/// The gate's judgement of what is new since `base`.
#[track_caller]
fn since(repo: &Repo, base: &str) -> Output {
    repo.run(&["check", "--base", base])
}

/// What it finds, a line a region: `pay.rs:3-4 reported`, `pay.rs: 1 removal`. Empty where the gate is green.
#[track_caller]
fn found(repo: &Repo, options: &[&str]) -> String {
    let check = repo.run(&[&["check", "--format", "json"], options].concat());
    let judged = check.json();
    let found = drawn(&judged);
    assert_eq!(check.code, i32::from(!found.is_empty()), "{check}");
    assert_eq!(judged["pass"], found.is_empty(), "{check}");
    found
}

fn drawn(judged: &Value) -> String {
    let mut drawn = String::new();
    for file in judged["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        for (first, last, evidence) in runs(&file["regions"]) {
            drawn.push_str(&format!("{path}:{first}-{last} {evidence}\n"));
        }
        if file["removals"] != 0 {
            drawn.push_str(&format!("{path}: {} removal\n", file["removals"]));
        }
    }
    drawn
}

/// First and last lines of text on the same evidence, without gaps.
fn runs(regions: &Value) -> Vec<(u64, u64, String)> {
    let mut runs: Vec<(u64, u64, String)> = Vec::new();
    let regions = regions.as_array().unwrap().iter();
    for region in regions.filter(|region| region["bytes"][0] != region["bytes"][1]) {
        let [first, last] = ["first_line", "last_line"].map(|name| region[name].as_u64().unwrap());
        let evidence = region["origin"]["evidence"].as_str().unwrap();
        match runs.last_mut() {
            Some(run) if first <= run.1 + 1 && run.2 == evidence => run.1 = run.1.max(last),
            _ => runs.push((first, last, evidence.to_owned())),
        }
    }
    runs
}

/// What the gate says to people, with the names of these revisions in the place of their ids.
fn words(repo: &Repo, said: &str, revisions: &[&str]) -> String {
    let mut words = said.to_owned();
    for revision in revisions {
        let id = repo.git(&["rev-parse", revision]);
        words = words.replace(&id[..12], revision);
    }
    words
}

/// On `main` an assistant wrote `refund.rs` and nobody confirmed it; on the branch `topic` it wrote `void_all` into it, and
/// changed `pay.rs`.
fn topic() -> Repo {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    repo.commit("Refunds");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    claude.edit("refund.rs", "fn void(", &format!("{VOID_ALL}\nfn void("));
    claude.edit("pay.rs", GUARD, "");
    repo.commit("Topic");
    repo
}

const VOID_ALL: &str = "\
fn void_all(receipts: &[Receipt]) -> Result<(), Refused> {
    receipts.iter().try_for_each(void)
}
";
