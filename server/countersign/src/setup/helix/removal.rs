//! Helix's `languages.toml` without what is ours.

use std::ops::Range;

use toml_edit::{Document, Item, Table};

use super::super::hooks::{Malformed, TakenOut};
use super::{
    SERVER, entry, language, languages, list, names, names_servers, parse, server, servers_line,
};

/// The text without our entries, so far as they are as we wrote them. `stood` is the text from before we came, where
/// it is known: an entry that stood there is a person's, and a list that did not is ours.
pub(in crate::setup) fn take_out(text: &str, stood: Option<&str>) -> Result<TakenOut, Malformed> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let stood = stood.and_then(|stood| parse(stood).ok());
    let stood = stood.as_ref();
    let mut body = text.to_owned();
    for (name, servers) in &languages() {
        let is_theirs = |stood| language(stood, name).is_ok_and(|entry| entry.is_some());
        let document = parse(&body)?;
        let is_bare = entries(&document)
            .filter(|table| names(table, name))
            .all(is_bare);
        if is_bare && !stood.is_some_and(is_theirs) {
            body = without(&body, &entry(name, servers, end), end);
        }
    }
    for cut in ours(&parse(&body)?, &body, stood).into_iter().rev() {
        body.replace_range(cut, "");
    }
    if let Some(program) = program(&parse(&body)?) {
        body = without(&body, &server(&program, end), end);
    }
    let left = match body.contains(SERVER) {
        true => vec![SERVER.to_owned()],
        false => Vec::new(),
    };
    let is_empty = body.trim().is_empty();
    Ok(TakenOut {
        text: body,
        is_empty,
        left,
    })
}

/// Whether a table holds two keys, as ours do. A third one, which may stand below a blank line or be a table of its
/// own, would be left to whatever comes before.
fn is_bare(table: &Table) -> bool {
    table.len() == 2
}

fn entries<'a>(document: &'a Document<&str>) -> impl Iterator<Item = &'a Table> {
    let tables = document.get("language").and_then(Item::as_array_of_tables);
    tables.into_iter().flat_map(toml_edit::ArrayOfTables::iter)
}

/// What our server runs, where nobody has set more of it and no language names it.
fn program(document: &Document<&str>) -> Option<String> {
    let list = |table: &Table| list::position(table.get("language-servers")?.as_array()?);
    if entries(document).any(|table| list(table).is_some()) {
        return None;
    }
    let server = document.get("language-server")?.get(SERVER)?.as_table();
    let command = server.filter(|server| is_bare(server))?.get("command")?;
    command.as_str().map(str::to_owned)
}

/// What is ours in the entries of a person: our name in their lists, and lists of ours.
fn ours(
    document: &Document<&str>,
    text: &str,
    stood: Option<&Document<&str>>,
) -> Vec<Range<usize>> {
    let cuts = entries(document).filter_map(|table| {
        let list = table.get("language-servers")?.as_array()?;
        let at = list::position(list)
            .filter(|at| list.get(*at).is_some_and(|value| value.as_str().is_some()))?;
        match stood.and_then(|stood| line_of_ours(table, text, stood)) {
            Some(line) => Some(vec![line]),
            None => list::cuts(list, at, text),
        }
    });
    let mut cuts: Vec<_> = cuts.flatten().collect();
    cuts.sort_by_key(|cut| cut.start);
    cuts
}

/// The line that names a language's servers, where it is as we wrote it into an entry that had none.
fn line_of_ours(table: &Table, text: &str, stood: &Document<&str>) -> Option<Range<usize>> {
    let name = table.get("name")?.as_str()?;
    if names_servers(stood, name) {
        return None;
    }
    let (_, servers) = languages().into_iter().find(|(known, _)| known == name)?;
    let start = table.key("language-servers")?.span()?.start;
    let end = table.get("language-servers")?.span()?.end;
    let is_ours = text[start..end] == servers_line(&servers, "");
    is_ours
        .then(|| list::whole_line(text, start..end))
        .flatten()
}

/// Takes a block out of a text where it stands for itself, with the blank line that parted it from what is before.
fn without(text: &str, block: &str, end: &str) -> String {
    let block = block.strip_suffix(end).unwrap_or(block);
    let starts_a_line = |at: &usize| *at == 0 || text[..*at].ends_with('\n');
    // What follows on the next line would belong to the block.
    let ends = |at: &usize| {
        let rest = &text[at + block.len()..];
        rest.is_empty() || rest.starts_with(end) || rest.starts_with('[')
    };
    let found = text.match_indices(block).map(|(at, _)| at);
    let Some(at) = found.filter(starts_a_line).find(ends) else {
        return text.to_owned();
    };
    let (before, after) = (&text[..at], &text[at + block.len()..]);
    let blank = end.repeat(2);
    match (before.ends_with(&blank), after) {
        (true, _) => format!("{}{after}", &before[..before.len() - end.len()]),
        (false, after) if before.is_empty() => after.strip_prefix(end).unwrap_or(after).to_owned(),
        (false, _) => format!("{before}{after}"),
    }
}
