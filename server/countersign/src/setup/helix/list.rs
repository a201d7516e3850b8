//! The list of a language's servers: our name is put into it, and taken out again. Comments stay beside what they
//! are about.

use std::ops::Range;

use toml_edit::Array;

use super::SERVER;

/// Where a list of servers names ours.
pub(super) fn position(list: &Array) -> Option<usize> {
    let ours = |value: &toml_edit::Value| {
        let named = value.as_inline_table().and_then(|table| table.get("name"));
        named.unwrap_or(value).as_str() == Some(SERVER)
    };
    list.iter().position(ours)
}

/// What goes where in a list of servers. A comment stays with the server that it follows.
pub(super) fn add(list: &Array, end: &str, text: &str) -> Option<Vec<(usize, String)>> {
    let all = list.span()?;
    let last = list.iter().last().and_then(toml_edit::Value::span);
    let (from, close) = (
        last.as_ref().map_or(all.start + 1, |last| last.end),
        all.end - 1,
    );
    if !text[from..close].contains('#') {
        let comma = if last.is_some() { ", " } else { "" };
        return Some(vec![(from, format!("{comma}\"{SERVER}\""))]);
    }
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent = last
        .as_ref()
        .map(|last| &text[line_of(last.start)..last.start]);
    let indent = match indent.filter(|indent| indent.trim().is_empty()) {
        Some(indent) => indent.to_owned(),
        None => format!("{}  ", &text[line_of(close)..close]),
    };
    let comma = if list.trailing_comma() { "," } else { "" };
    let mut splices = vec![(line_of(close), format!("{indent}\"{SERVER}\"{comma}{end}"))];
    splices.extend((last.is_some() && comma.is_empty()).then(|| (from, ",".to_owned())));
    Some(splices)
}

/// Our name in a list, with the comma that parts it from its neighbour.
pub(super) fn cuts(list: &Array, at: usize, text: &str) -> Option<Vec<Range<usize>>> {
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
pub(super) fn whole_line(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let start = text[..part.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[part.end..].find('\n');
    let end = end.map_or(text.len(), |at| part.end + at + 1);
    let around = [&text[start..part.start], &text[part.end..end]];
    let is_blank = |rest: &&str| rest.trim().is_empty();
    around.iter().all(is_blank).then_some(start..end)
}
