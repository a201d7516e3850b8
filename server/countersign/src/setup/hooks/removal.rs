//! Hooks in an agent's JSON settings without ours. What people wrote around them stays, and so does each comment.

use jsonc_parser::cst::{CstArray, CstNode, CstObject};

use super::text::{parse, without_bom};
use super::{Malformed, TakenOut, entries, hooks_of, is_complete};
use crate::agents::Agent;

/// The text without our entries. What is empty then goes as well, unless it stood in `stood`, the text from before
/// we came; an event that called us there already for every tool is left alone.
pub(crate) fn take_out(
    text: &str,
    agent: &Agent,
    stood: Option<&str>,
) -> Result<TakenOut, Malformed> {
    let (bom, body) = without_bom(text);
    let root = parse(body)?;
    let before = parse(without_bom(stood.unwrap_or("")).1)?;
    let before = hooks_of(&before)?;
    let mut left = Vec::new();
    if let Some(hooks) = hooks_of(&root)? {
        for event in agent.settings.events {
            let stood = before.as_ref().and_then(|hooks| hooks.array_value(event));
            let stays = stood
                .as_ref()
                .is_some_and(|groups| is_complete(&entries(groups, event, agent), agent));
            if let Some(groups) = hooks.array_value(event).filter(|_| !stays) {
                left.extend(take_entries(&groups, event, agent));
                if stood.is_none() && groups.elements().is_empty() {
                    remove_free(&hooks, event);
                }
            }
        }
        if before.is_none() && hooks.properties().is_empty() {
            let settings = root.object_value();
            settings
                .iter()
                .for_each(|settings| remove_free(settings, "hooks"));
        }
    }
    let text = format!("{bom}{root}");
    let is_empty = body_is_empty(without_bom(&text).1);
    Ok(TakenOut {
        text,
        is_empty,
        left,
    })
}

/// Takes a property out of an object, unless a comment would go with it.
fn remove_free(object: &CstObject, name: &str) {
    let property = object.get(name);
    let free = property.filter(|property| is_free(&property.clone().into()));
    free.into_iter().for_each(|property| property.remove());
}

/// Takes our entries out of an event, and the groups that held nothing else. Gives those that a person wrote into.
fn take_entries(groups: &CstArray, event: &str, agent: &Agent) -> Vec<String> {
    let mut left = Vec::new();
    for entry in entries(groups, event, agent) {
        let whole = Some(&entry.group).filter(|_| entry.is_alone);
        let mut nodes = whole.into_iter().chain([&entry.node]);
        match nodes.find(|node| is_free(node)) {
            Some(node) if entry.caller.is_ours(agent) => node.clone().remove(),
            _ => left.push(entry.caller.command),
        }
    }
    left
}

fn body_is_empty(text: &str) -> bool {
    text.split_whitespace().collect::<String>() == "{}"
}

/// Whether no comment is taken away with a node: there is none in it, and none before or behind it on its lines.
fn is_free(node: &CstNode) -> bool {
    let before = node.previous_siblings();
    let before = before.take_while(|it| it.is_trivia() && !it.is_newline());
    let mut is_comma_ahead = node.trailing_comma().is_some();
    let behind = node.next_siblings().take_while(|it| {
        let is_beside = is_comma_ahead || it.is_trivia() && !it.is_newline();
        is_comma_ahead &= !it.is_comma();
        is_beside
    });
    !holds_comment(node) && !before.chain(behind).any(|it| it.is_comment())
}

fn holds_comment(node: &CstNode) -> bool {
    node.is_comment() || node.children().iter().any(holds_comment)
}
