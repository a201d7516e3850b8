//! Hooks in an agent's JSON settings: entries are put into a text that people wrote, and taken out again.
//!
//! Comments and trailing commas are understood; what stands in the text keeps its bytes, its order and its layout.

mod removal;
mod text;

use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use jsonc_parser::json;

pub(crate) use self::removal::take_out;
use self::text::{last_behind_comments, parse, without_bom};
use super::program::{Call, call};
use crate::agents::Agent;

/// After this many seconds an agent goes on without the hook.
const TIMEOUT: u32 = 10;

/// Why a text is not understood, in words: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(pub(super) String);

/// An entry that calls our hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The event it stands under.
    pub(crate) event: String,
    /// The tools it is called for; `None`: all.
    pub(crate) matcher: Option<String>,
    /// As it stands there.
    pub(crate) command: String,
    /// Whether that is exactly what we write.
    pub(crate) call: Call,
}

/// A text without our entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakenOut {
    /// The text.
    pub(crate) text: String,
    /// Whether nothing is left in it, not even a comment.
    pub(crate) is_empty: bool,
    /// Commands that call us from within something of a person's own, for other tools, or with a comment beside them;
    /// they stay.
    pub(crate) left: Vec<String>,
}

impl Caller {
    /// Whether it is what we would write for an agent: what calls us for other tools, a person has written.
    pub(super) fn is_ours(&self, agent: &Agent) -> bool {
        self.call == Call::Ours && self.matcher.as_deref() == Some(agent.settings.matcher)
    }

    fn hears(&self, tool: &str) -> bool {
        match self.matcher.as_deref() {
            None | Some("") => true,
            // An expression is not worked out here.
            Some(matcher) if matcher.contains(|c: char| !c.is_alphanumeric() && c != '|') => true,
            Some(matcher) => matcher.split('|').any(|named| named == tool),
        }
    }
}

/// The tools for which none of these is called.
pub(crate) fn missed<'a>(
    agent: &Agent,
    callers: impl Iterator<Item = &'a Caller> + Clone,
) -> Vec<&'static str> {
    // Sessions of today know no other tools that write.
    let tools = agent.settings.matcher.split('|');
    let tools = tools.filter(|tool| *tool != "MultiEdit");
    tools
        .filter(|tool| !callers.clone().any(|caller| caller.hears(tool)))
        .collect()
}

/// The text with our hook under each event of the agent that does not call it for every tool yet.
pub(crate) fn add(text: &str, agent: &Agent, command: &str) -> Result<String, Malformed> {
    let (bom, body) = without_bom(text);
    let mut body = body.to_owned();
    for event in agent.settings.events {
        body = add_to(&body, event, agent, command)?;
    }
    Ok(format!("{bom}{body}"))
}

/// The text with our hook under one event.
fn add_to(body: &str, event: &str, agent: &Agent, command: &str) -> Result<String, Malformed> {
    let root = parse(body)?;
    let settings = root.object_value_or_create().ok_or_else(not_an_object)?;
    let are_hooks_new = settings.get("hooks").is_none();
    let hooks = settings.object_value_or_create("hooks");
    let hooks = hooks.ok_or_else(|| Malformed("`hooks` is not an object".into()))?;
    let is_event_new = hooks.get(event).is_none();
    let groups = hooks.array_value_or_create(event);
    let groups = groups.ok_or_else(|| Malformed(format!("`hooks.{event}` is not an array")))?;
    if is_complete(&entries(&groups, event, agent), agent) {
        return Ok(body.to_owned());
    }
    groups.append(group(agent, command));
    let path: &[&str] = match (are_hooks_new, is_event_new) {
        (true, _) => &[],
        (_, true) => &["hooks"],
        _ => &["hooks", event],
    };
    let text = root.to_string();
    Ok(last_behind_comments(&text, path).unwrap_or(text))
}

fn is_complete(entries: &[Entry], agent: &Agent) -> bool {
    missed(agent, entries.iter().map(|entry| &entry.caller)).is_empty()
}

/// Every entry that calls our hook for this agent.
pub(crate) fn callers(text: &str, agent: &Agent) -> Result<Vec<Caller>, Malformed> {
    let root = parse(without_bom(text).1)?;
    let hooks = hooks_of(&root)?;
    let events = hooks.iter().flat_map(CstObject::properties);
    let callers = events.filter_map(|property| {
        let event = property.decoded_name()?;
        let entries = entries(&property.array_value()?, &event, agent);
        Some(entries.into_iter().map(|entry| entry.caller))
    });
    Ok(callers.flatten().collect())
}

/// Whether a person switched all hooks off.
pub(crate) fn are_off(text: &str) -> Result<bool, Malformed> {
    let root = parse(without_bom(text).1)?;
    let value = root
        .object_value()
        .and_then(|settings| settings.get("disableAllHooks")?.value());
    Ok(value.is_some_and(|value| value.as_boolean_lit().is_some_and(|it| it.value())))
}

/// An entry in its place.
struct Entry {
    caller: Caller,
    node: CstNode,
    group: CstNode,
    /// Whether its group holds nothing else.
    is_alone: bool,
}

fn entries(groups: &CstArray, event: &str, agent: &Agent) -> Vec<Entry> {
    let mut found = Vec::new();
    for group in groups.elements() {
        let Some((object, hooks)) = group
            .as_object()
            .and_then(|it| Some((it.clone(), it.array_value("hooks")?)))
        else {
            continue;
        };
        let nodes = hooks.elements();
        let is_alone = nodes.len() == 1;
        for node in nodes {
            let command = node.as_object().and_then(|entry| command(&entry));
            let Some((command, call)) =
                command.and_then(|it| Some((it.clone(), call(&it, agent.name)?)))
            else {
                continue;
            };
            let caller = Caller {
                event: event.to_owned(),
                matcher: string(&object, "matcher"),
                command,
                call,
            };
            found.push(Entry {
                caller,
                node,
                group: group.clone(),
                is_alone,
            });
        }
    }
    found
}

/// The command of an entry, with the arguments that may stand beside it.
fn command(entry: &CstObject) -> Option<String> {
    let mut words = vec![string(entry, "command")?];
    let arguments = entry.array_value("args").map(|args| args.elements());
    let arguments = arguments.into_iter().flatten();
    words.extend(arguments.filter_map(|argument| argument.as_string_lit()?.decoded_value().ok()));
    Some(words.join(" "))
}

fn string(object: &CstObject, name: &str) -> Option<String> {
    object
        .get(name)?
        .value()?
        .as_string_lit()?
        .decoded_value()
        .ok()
}

fn group(agent: &Agent, command: &str) -> CstInputValue {
    json!({
        "matcher": (agent.settings.matcher),
        "hooks": [{ "type": "command", "command": command, "timeout": (TIMEOUT) }]
    })
}

fn hooks_of(root: &CstRootNode) -> Result<Option<CstObject>, Malformed> {
    let Some(value) = root.value() else {
        return Ok(None);
    };
    let settings = value.as_object().ok_or_else(not_an_object)?;
    let hooks = settings.get("hooks").and_then(|property| property.value());
    let object = |hooks: CstNode| {
        hooks
            .as_object()
            .ok_or_else(|| Malformed("`hooks` is not an object".into()))
    };
    hooks.map(object).transpose()
}

fn not_an_object() -> Malformed {
    Malformed("it is not a JSON object".into())
}
