//! The agents of this machine: whether their hooks are set up, and whether they are heard.

use std::collections::HashSet;
use std::path::Path;

use countersign_ledger::{Ledger, Place};
use serde::Serialize;

use super::Finding;
use crate::agents::{AGENTS, Agent};
use crate::setup::hooks::Caller;
use crate::setup::machine::is_executable;
use crate::setup::program::{Call, NAME, called};
use crate::setup::{Machine, Scope, editors, files, hooks, shown};
use crate::workspace::clock::{self, rfc3339};

/// An agent that was found, or that is set up.
#[derive(Debug, Serialize)]
pub(crate) struct AgentHealth {
    name: &'static str,
    /// By what it was found.
    found: Option<String>,
    /// The settings that call us.
    hooks: Vec<HooksHealth>,
    /// RFC 3339.
    last_event: Option<String>,
    last_fault: Option<LastFault>,
}

#[derive(Debug, Serialize)]
struct HooksHealth {
    file: String,
    events: Vec<String>,
    #[serde(skip)]
    callers: Vec<Caller>,
}

/// What went wrong in a hook, and was noted in its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LastFault {
    /// RFC 3339.
    at: String,
    says: String,
}

pub(super) fn examine(
    place: &Place,
    machine: &Machine,
    ledger: Option<&Ledger>,
    findings: &mut Vec<Finding>,
) -> Vec<AgentHealth> {
    let faults = faults(&place.dir.join("hook.log"));
    let last_fault = |is_caller: &dyn Fn(&str) -> bool| {
        let mut latest = faults.iter().rev();
        let (_, fault) = latest.find(|(caller, _)| is_caller(caller))?;
        Some(fault.clone())
    };
    let examined = AGENTS.iter().filter_map(|agent| {
        let settings = &agent.settings;
        let folder = machine.folder_of(settings);
        let found = editors::found(settings.programs, folder.as_deref(), machine);
        let hooks = set_up(agent, place, machine, findings);
        let heard = ledger.and_then(|ledger| ledger.last_heard(agent.name).ok().flatten());
        let fault = last_fault(&|caller| caller == agent.name);
        if found.is_none() && hooks.is_empty() && heard.is_none() && fault.is_none() {
            return None;
        }
        let health = AgentHealth {
            name: agent.name,
            found,
            hooks,
            last_event: heard.map(rfc3339),
            last_fault: fault,
        };
        findings.extend(judged(agent, &health, machine));
        findings.extend(heard_or_not(agent, &health, heard, place));
        Some(health)
    });
    let examined: Vec<AgentHealth> = examined.collect();
    let nobodys = last_fault(&|caller| AGENTS.iter().all(|agent| agent.name != caller));
    let heard = examined
        .iter()
        .filter_map(|agent| agent.last_event.as_ref());
    let heard = heard.max();
    findings.extend(nobodys.map(|fault| failed("hooks", &fault, heard, place)));
    if examined.is_empty() {
        let says = "none that is understood was found";
        findings.push(Finding::remark(
            "agents",
            says,
            Some("countersign init claude-code"),
        ));
    }
    examined
}

/// The settings that call us; what is wrong with any becomes a finding.
fn set_up(
    agent: &Agent,
    place: &Place,
    machine: &Machine,
    findings: &mut Vec<Finding>,
) -> Vec<HooksHealth> {
    let mut found = Vec::new();
    for scope in [Scope::Repository, Scope::Local, Scope::User] {
        let Some(path) = scope.file(&agent.settings, place, machine) else {
            continue;
        };
        let name = shown(&path, place, machine);
        let Some(text) = text(&path) else { continue };
        if hooks::are_off(&text).unwrap_or(false) {
            let says = format!("{name} switches all hooks off (disableAllHooks)");
            findings.push(Finding::trouble(
                agent.label,
                says,
                format!("take that out of {name}"),
            ));
        }
        match hooks::callers(&text, agent) {
            Ok(callers) if callers.is_empty() => {}
            Ok(callers) => found.push(HooksHealth {
                file: name,
                events: callers.iter().map(|caller| caller.event.clone()).collect(),
                callers,
            }),
            Err(why) => {
                let says = format!("{name} cannot be understood: {why}");
                findings.push(Finding::trouble(agent.label, says, format!("mend {name}")));
            }
        }
    }
    found
}

/// A link is followed here: nothing is written.
fn text(path: &Path) -> Option<String> {
    files::read(path)
        .ok()
        .flatten()
        .or_else(|| std::fs::read_to_string(path).ok())
}

fn judged(agent: &Agent, health: &AgentHealth, machine: &Machine) -> Vec<Finding> {
    let label = agent.label;
    if health.hooks.is_empty() {
        let says = "its hooks are not set up for this repository: what it writes is not known";
        return vec![Finding::remark(label, says, Some("countersign init"))];
    }
    let mut findings = Vec::new();
    let callers: Vec<&Caller> = health
        .hooks
        .iter()
        .flat_map(|hooks| &hooks.callers)
        .collect();
    let lacks = |event: &&&str| !callers.iter().any(|caller| caller.event == **event);
    let missing: Vec<&str> = agent
        .settings
        .events
        .iter()
        .filter(lacks)
        .copied()
        .collect();
    if !missing.is_empty() {
        let says = format!("its hooks are set up in part: {} lack", missing.join(", "));
        findings.push(Finding::trouble(label, says, "countersign init"));
    }
    // What a person has put around a call is theirs to keep running.
    let ours = callers.iter().filter(|caller| caller.call == Call::Ours);
    let mut programs = ours.filter_map(|caller| called(&caller.command, agent.name));
    if let Some(program) = programs.find(|program| !runs(program, machine)) {
        let says = format!("its hooks call `{program}`, which is not there");
        let next = "put countersign on PATH, or: countersign init --remove && countersign init";
        findings.push(Finding::trouble(label, says, next));
    }
    findings.extend(deaf_to(agent, &callers));
    if findings.is_empty() {
        let files: Vec<&str> = health
            .hooks
            .iter()
            .map(|hooks| hooks.file.as_str())
            .collect();
        findings.push(Finding::ok(label, format!("hooks in {}", files.join(", "))));
    }
    findings
}

/// Whether a command's program can be started. What a shell has to work out is taken on trust.
fn runs(program: &str, machine: &Machine) -> bool {
    match program {
        NAME => machine.program(NAME).is_some(),
        path if Path::new(path).is_absolute() => is_executable(Path::new(path)),
        _ => true,
    }
}

/// Tools that a plain matcher leaves out, of an event that calls us for others.
fn deaf_to(agent: &Agent, callers: &[&Caller]) -> Option<Finding> {
    let mut missed = Vec::new();
    for event in agent.settings.events {
        let of_event = callers
            .iter()
            .copied()
            .filter(|caller| caller.event == *event);
        if of_event.clone().next().is_some() {
            missed.extend(hooks::missed(agent, of_event));
        }
    }
    let mut seen = HashSet::new();
    missed.retain(|tool| seen.insert(*tool));
    (!missed.is_empty()).then(|| {
        let says = format!("its hooks are not called for {}", missed.join(", "));
        Finding::trouble(agent.label, says, "countersign init")
    })
}

fn heard_or_not(
    agent: &Agent,
    health: &AgentHealth,
    heard: Option<i64>,
    place: &Place,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    match heard {
        Some(at) => {
            let ago = ago(clock::now() - at);
            findings.push(Finding::ok(
                agent.label,
                format!("last heard {} ({ago})", rfc3339(at)),
            ));
        }
        None if !health.hooks.is_empty() => {
            let says = "nothing was heard of it yet";
            let next = format!("let it write something; {}", agent.settings.heard);
            findings.push(Finding::remark(agent.label, says, Some(&next)));
        }
        None => {}
    }
    let fault = health.last_fault.as_ref();
    findings
        .extend(fault.map(|fault| failed(agent.label, fault, health.last_event.as_ref(), place)));
    findings
}

/// What became of a hook; it is over where an agent was heard since.
fn failed(about: &str, fault: &LastFault, heard: Option<&String>, place: &Place) -> Finding {
    let says = format!("a hook failed at {}: {}", fault.at, fault.says);
    // Times of one form and one zone are ordered as their texts are.
    match heard.is_some_and(|heard| *heard > fault.at) {
        true => Finding::remark(about, format!("{says}; since then it was heard"), None),
        false => Finding::trouble(
            about,
            says,
            format!("see {}", place.dir.join("hook.log").display()),
        ),
    }
}

/// What went wrong in hooks, each with whom it was called for; the last one last.
fn faults(log: &Path) -> Vec<(String, LastFault)> {
    let log = std::fs::read(log).unwrap_or_default();
    let fault = |line: &str| {
        let (at, rest) = line.split_once(' ')?;
        let (caller, says) = rest.split_once(": ")?;
        let (at, says) = (at.to_owned(), says.to_owned());
        Some((caller.to_owned(), LastFault { at, says }))
    };
    let text = String::from_utf8_lossy(&log);
    text.lines().filter_map(fault).collect()
}

/// A span of milliseconds, as people say it.
fn ago(milliseconds: i64) -> String {
    let minutes = milliseconds / 60_000;
    match minutes {
        ..1 => "just now".into(),
        1..120 => format!("{minutes} min ago"),
        120..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}
