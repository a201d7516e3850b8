//! Helix's `languages.toml` without what is ours.

use std::ops::Range;

use toml_edit::{Array, Document, Item, Table};

use super::super::hooks::{Malformed, TakenOut};
use super::{SERVER, entry, language, languages, list, names_servers, parse, position, server};

/// The text without our entries, so far as they are as we wrote them. `stood` is the text from before we came, where
/// it is known: an entry that stood there is a person's, and a list that did not is ours.
pub(in crate::setup) fn take_out(text: &str, stood: Option<&str>) -> Result<TakenOut, Malformed> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let stood = stood.and_then(|stood| parse(stood).ok());
    let stood = stood.as_ref();
    let mut body = text.to_owned();
    for (name, servers) in &languages() {
        let is_theirs = |stood| language(stood, name).is_ok_and(|entry| entry.is_some());
        if !stood.is_some_and(is_theirs) {
            body = without(&body, &entry(name, servers, end), end);
        }
    }
    for cut in ours(&parse(&body)?, &body, stood).into_iter().rev() {
        body.replace_range(cut, "");
    }
    let document = parse(&body)?;
    let program = document
        .get("language-server")
        .and_then(|servers| servers.get(SERVER)?.get("command")?.as_str())
        .map(str::to_owned);
    if let Some(program) = program {
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

/// What is ours in the entries of a person: our name in their lists, and lists of ours.
fn ours(
    document: &Document<&str>,
    text: &str,
    stood: Option<&Document<&str>>,
) -> Vec<Range<usize>> {
    let tables = document.get("language").and_then(Item::as_array_of_tables);
    let tables = tables.into_iter().flat_map(toml_edit::ArrayOfTables::iter);
    let cuts = tables.filter_map(|table| {
        let list = table.get("language-servers")?.as_array()?;
        let at = position(list)
            .filter(|at| list.get(*at).is_some_and(|value| value.as_str().is_some()))?;
        match stood.and_then(|stood| line_of_ours(table, text, stood)) {
            Some(line) => Some(vec![line]),
            None => from_list(list, at, text),
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
    let is_ours = text[start..end] == list(&servers, "");
    is_ours.then(|| whole_line(text, start..end)).flatten()
}

/// Our name in a list, with the comma that parts it from its neighbour.
fn from_list(list: &Array, at: usize, text: &str) -> Option<Vec<Range<usize>>> {
    let here = list.get(at)?.span()?;
    let behind = &text[here.end..];
    let comma = usize::from(behind.trim_start().starts_with(','));
    let until = match comma {
        0 => here.end,
        _ => here.end + behind.find(',')? + comma,
    };
    let alone = || whole_line(text, here.start..until);
    let Some(before) = at.checked_sub(1) else {
        let blanks = text[until..].len() - text[until..].trim_start_matches([' ', '\t']).len();
        let space = comma * blanks;
        return Some(vec![alone().unwrap_or(here.start..until + space)]);
    };
    let before = list.get(before)?.span()?.end;
    let between = &text[before..here.start];
    if !between.contains('#') {
        let with_comma = before..here.end;
        return Some(vec![with_comma]);
    }
    // A comment stands between: it belongs to what is before.
    let mut cuts = vec![alone().unwrap_or(here.start..until)];
    cuts.extend((comma == 0 && between.starts_with(',')).then_some(before..before + 1));
    Some(cuts)
}

/// The line of a part of a text, with its end, where nothing else stands on it.
fn whole_line(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let start = text[..part.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[part.end..].find('\n');
    let end = end.map_or(text.len(), |at| part.end + at + 1);
    let around = [&text[start..part.start], &text[part.end..end]];
    let is_blank = |rest: &&str| rest.trim().is_empty();
    around.iter().all(is_blank).then_some(start..end)
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
