//! Helix's `languages.toml`: a server of ours, beside the servers that a language has.
//!
//! Helix replaces the list of a language's servers as a whole, so each entry has to name those that Helix itself
//! would start. Entries are put into the text at their places; no other byte of it changes.

use std::ops::Range;

use toml_edit::{Array, Document, Item, Table};

use super::hooks::{Malformed, TakenOut};

/// The languages, each with the servers that Helix starts for it by itself, and ours. People may copy it, too.
const FRAGMENT: &str = include_str!("../../../../editors/helix/languages.toml");

const SERVER: &str = "countersign";
/// In a work tree and in the folder of a person's settings alike.
pub(super) const FILE: &str = "languages.toml";

/// A text with our entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Added {
    pub(super) text: String,
    /// Languages that were left alone, as `own` names their servers.
    pub(super) left: Vec<String>,
}

/// The text with our server for each language. Languages whose servers a person has set in `own`, settings that
/// this text overrules, are left alone.
pub(super) fn add(text: &str, program: &str, own: Option<&str>) -> Result<Added, Malformed> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let document = parse(text)?;
    let own = own.map(parse).transpose().unwrap_or(None);
    let (mut splices, mut appended, mut left) = (Vec::new(), String::new(), Vec::new());
    if !has_server(&document) {
        appended += &server(program, end);
    }
    for (name, servers) in &languages() {
        match language(&document, name)? {
            Some(entry) => splices.extend(into_entry(entry, servers, end, text)?),
            None if own.as_ref().is_some_and(|own| names_servers(own, name)) => {
                left.push(name.clone())
            }
            None => appended += &entry(name, servers, end),
        }
    }
    let mut body = text.to_owned();
    splices.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    splices
        .iter()
        .for_each(|(at, new)| body.insert_str(*at, new));
    if !body.is_empty() && !appended.is_empty() {
        let lacks_end = !body.ends_with('\n');
        body += &end.repeat(1 + usize::from(lacks_end));
    }
    body += appended.strip_suffix(end).unwrap_or(&appended);
    parse(&body).map_err(|_| {
        Malformed("its tables are written in a form that init does not add to".into())
    })?;
    Ok(Added { text: body, left })
}

/// The text without our entries, so far as they are as we wrote them.
pub(super) fn take_out(text: &str) -> Result<TakenOut, Malformed> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut body = text.to_owned();
    for (name, servers) in &languages() {
        body = without(&body, &entry(name, servers, end), end);
    }
    for cut in named(&parse(&body)?).into_iter().rev() {
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

/// Whether a text names our server.
pub(super) fn is_set_up(text: &str) -> bool {
    parse(text).is_ok_and(|document| has_server(&document))
}

/// The languages of the fragment, and the servers that each has beside ours.
fn languages() -> Vec<(String, Vec<String>)> {
    let Ok(fragment) = parse(FRAGMENT) else {
        return Vec::new();
    };
    let tables = fragment.get("language").and_then(Item::as_array_of_tables);
    let tables = tables.into_iter().flat_map(toml_edit::ArrayOfTables::iter);
    let language = |table: &Table| {
        let name = table.get("name")?.as_str()?.to_owned();
        let servers = table.get("language-servers")?.as_array()?.iter();
        let servers = servers.filter_map(toml_edit::Value::as_str);
        let others = servers
            .filter(|server| *server != SERVER)
            .map(str::to_owned);
        Some((name, others.collect()))
    };
    tables.filter_map(language).collect()
}

fn server(program: &str, end: &str) -> String {
    let program = toml_edit::Value::from(program);
    format!("[language-server.{SERVER}]{end}command = {program}{end}args = [\"lsp\"]{end}{end}")
}

fn entry(name: &str, servers: &[String], end: &str) -> String {
    format!(
        "[[language]]{end}name = \"{name}\"{end}{}{end}",
        list(servers, end)
    )
}

/// The line that names all servers of a language, ours last.
fn list(servers: &[String], end: &str) -> String {
    let names: Vec<String> = servers
        .iter()
        .map(String::as_str)
        .chain([SERVER])
        .map(|name| format!("\"{name}\""))
        .collect();
    format!("language-servers = [{}]{end}", names.join(", "))
}

fn parse(text: &str) -> Result<Document<&str>, Malformed> {
    Document::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or("").matches('\n').count() + 1;
        Malformed(format!("line {line}: {}", error.message()))
    })
}

fn has_server(document: &Document<&str>) -> bool {
    document
        .get("language-server")
        .and_then(|servers| servers.get(SERVER))
        .is_some()
}

/// The entry of a language.
fn language<'a>(document: &'a Document<&str>, name: &str) -> Result<Option<&'a Table>, Malformed> {
    match document.get("language") {
        None => Ok(None),
        Some(Item::ArrayOfTables(tables)) => Ok(tables.iter().find(|table| names(table, name))),
        Some(_) => Err(Malformed(
            "`language` is written in a form that init does not add to".into(),
        )),
    }
}

fn names(table: &Table, name: &str) -> bool {
    table.get("name").and_then(Item::as_str) == Some(name)
}

fn names_servers(document: &Document<&str>, name: &str) -> bool {
    language(document, name)
        .is_ok_and(|entry| entry.is_some_and(|entry| entry.contains_key("language-servers")))
}

/// What goes where in an entry that a person wrote.
fn into_entry(
    entry: &Table,
    servers: &[String],
    end: &str,
    text: &str,
) -> Result<Option<(usize, String)>, Malformed> {
    let unknown =
        || Malformed("`language-servers` is written in a form that init does not add to".into());
    match entry.get("language-servers") {
        Some(item) => {
            let list = item.as_array().ok_or_else(unknown)?;
            if position(list).is_some() {
                return Ok(None);
            }
            let at = match list.iter().last() {
                Some(last) => last
                    .span()
                    .map(|span| (span.end, format!(", \"{SERVER}\""))),
                None => list
                    .span()
                    .map(|span| (span.start + 1, format!("\"{SERVER}\""))),
            };
            at.map(Some).ok_or_else(unknown)
        }
        None => {
            let key = entry
                .key("name")
                .and_then(toml_edit::Key::span)
                .ok_or_else(unknown)?;
            let line = text[..key.start].rfind('\n').map_or(0, |at| at + 1);
            let indent = &text[line..key.start];
            Ok(Some((line, format!("{indent}{}", list(servers, end)))))
        }
    }
}

/// Where a list of servers names ours.
fn position(list: &Array) -> Option<usize> {
    let ours = |value: &toml_edit::Value| {
        let named = value.as_inline_table().and_then(|table| table.get("name"));
        named.unwrap_or(value).as_str() == Some(SERVER)
    };
    list.iter().position(ours)
}

/// Our name in the lists of a person's own, each with the comma before it.
fn named(document: &Document<&str>) -> Vec<Range<usize>> {
    let tables = document.get("language").and_then(Item::as_array_of_tables);
    let lists = tables
        .into_iter()
        .flat_map(toml_edit::ArrayOfTables::iter)
        .filter_map(|table| table.get("language-servers")?.as_array());
    let cuts = lists.filter_map(|list| {
        let at = position(list)
            .filter(|at| list.get(*at).is_some_and(|value| value.as_str().is_some()))?;
        let here = list.get(at)?.span()?;
        let start = match at.checked_sub(1) {
            Some(before) => list.get(before)?.span()?.end,
            None => here.start,
        };
        Some(start..here.end)
    });
    let mut cuts: Vec<_> = cuts.collect();
    cuts.sort_by_key(|cut| cut.start);
    cuts
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

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn added(text: &str) -> String {
        add(text, "countersign", None)
            .expect("TOML that init adds to")
            .text
    }

    /// What is before the entries for the other languages.
    fn head(text: &str) -> &str {
        text.split("[[language]]\nname = \"typescript\"")
            .next()
            .unwrap_or(text)
    }

    #[test]
    fn an_empty_text_gets_the_server_and_the_languages() {
        expect![[r#"
            [language-server.countersign]
            command = "countersign"
            args = ["lsp"]

            [[language]]
            name = "rust"
            language-servers = ["rust-analyzer", "countersign"]

            [[language]]
            name = "python"
            language-servers = ["ty", "ruff", "jedi", "pylsp", "zuban", "countersign"]

        "#]]
        .assert_eq(head(&added("")));
    }

    #[test]
    fn an_entry_of_a_person_keeps_what_stands_in_it() {
        let text = "# mine\n[[language]]\nname = 'rust' # the best\nauto-format = true\n\
                    language-servers = [\n  'rust-analyzer', # first\n]\n\n\
                    [[language]]\n  name = \"python\"\n  auto-format = false";
        expect![[r##"
            # mine
            [[language]]
            name = 'rust' # the best
            auto-format = true
            language-servers = [
              'rust-analyzer', "countersign", # first
            ]

            [[language]]
              language-servers = ["ty", "ruff", "jedi", "pylsp", "zuban", "countersign"]
              name = "python"
              auto-format = false

            [language-server.countersign]
            command = "countersign"
            args = ["lsp"]

        "##]]
        .assert_eq(head(&added(text)));
    }

    #[test]
    fn what_was_added_is_not_added_again_and_is_taken_out_whole() {
        for text in [
            "",
            "# mine\n",
            "[[language]]\nname = \"rust\"\nlanguage-servers = [\"a\"]\n",
            "[language-server.a]\r\ncommand = \"a\"\r\n",
        ] {
            let once = added(text);
            assert_eq!(added(&once), once);
            assert_eq!(take_out(&once).expect("TOML").text, text, "of {once}");
        }
    }

    #[test]
    fn a_language_whose_servers_a_person_has_set_elsewhere_is_left_alone() {
        let own = "[[language]]\nname = \"rust\"\nlanguage-servers = [\"mine\"]\n";
        let added = add("", "countersign", Some(own)).expect("TOML");
        assert_eq!(added.left, ["rust"]);
        assert!(!added.text.contains("rust-analyzer"), "{}", added.text);
    }

    #[test]
    fn what_is_no_toml_or_of_another_form_is_not_touched() {
        let wrong = add("[[language]\n", "countersign", None).expect_err("no TOML");
        assert!(wrong.to_string().starts_with("line 1: "), "{wrong}");
        let inline = add("language = [{ name = \"rust\" }]\n", "countersign", None);
        assert!(inline.is_err(), "{inline:?}");
    }
}
