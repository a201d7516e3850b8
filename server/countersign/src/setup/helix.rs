//! Helix's `languages.toml`: a server of ours, beside the servers that a language has.
//!
//! Helix replaces the list of a language's servers as a whole, so each entry has to name those that Helix itself
//! would start. Entries are put into the text at their places; no other byte of it changes.

mod list;
mod removal;

use toml_edit::{Document, Item, Table};

use super::hooks::Malformed;
pub(super) use removal::take_out;

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
        servers_line(servers, end)
    )
}

/// The line that names all servers of a language, ours last.
fn servers_line(servers: &[String], end: &str) -> String {
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
) -> Result<Vec<(usize, String)>, Malformed> {
    let unknown =
        || Malformed("`language-servers` is written in a form that init does not add to".into());
    if let Some(item) = entry.get("language-servers") {
        let list = item.as_array().ok_or_else(unknown)?;
        return match list::position(list) {
            Some(_) => Ok(Vec::new()),
            None => list::add(list, end, text).ok_or_else(unknown),
        };
    }
    let key = entry.key("name").and_then(toml_edit::Key::span);
    let name = key.ok_or_else(unknown)?.start;
    let line = text[..name].rfind('\n').map_or(0, |at| at + 1);
    let (indent, list) = (&text[line..name], servers_line(servers, end));
    // What a person wrote of the name stays beside it.
    let splice = match text[name..].find('\n') {
        Some(length) => (name + length + 1, format!("{indent}{list}")),
        None => (text.len(), format!("{end}{indent}{}", list.trim_end())),
    };
    Ok(vec![splice])
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
              'rust-analyzer', # first
              "countersign",
            ]

            [[language]]
              name = "python"
              language-servers = ["ty", "ruff", "jedi", "pylsp", "zuban", "countersign"]
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
            assert_eq!(take_out(&once, None).expect("TOML").text, text, "of {once}");
        }
    }

    #[test]
    fn comments_stay_with_what_they_are_beside() {
        for (list, with_ours) in [
            (
                "[\n  'a', # first\n  # 'b',\n]",
                "[\n  'a', # first\n  # 'b',\n  \"countersign\",\n]",
            ),
            (
                "[\n  'a' # last\n]",
                "[\n  'a', # last\n  \"countersign\"\n]",
            ),
            ("['a', # last\n]", "['a', # last\n  \"countersign\",\n]"),
            ("[ # none\n]", "[ # none\n  \"countersign\"\n]"),
            ("['a'] # mine", "['a', \"countersign\"] # mine"),
        ] {
            let entry = format!("[[language]]\nname = \"rust\"\nlanguage-servers = {list}\n");
            let once = added(&entry);
            assert!(once.contains(with_ours), "{once}");
            assert_eq!(take_out(&once, None).expect("TOML").text, entry);
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
