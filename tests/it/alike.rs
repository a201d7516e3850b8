//! Functions of one shape, as handlers and tests are: each keeps its own state, whatever its neighbours look like.

use crate::support::claude::Claude;
use crate::support::marks::{marks, status};
use crate::support::repo::Repo;
use expect_test::expect;

fn handler(name: &str, key: &str) -> String {
    format!(
        "\
export async function {name}(req, res) {{
  try {{
    const body = await parse(req);
    if (!body.{key}) {{
      return res.status(400).json({{ error: '{key} missing' }});
    }}
    const row = await db.{name}(body.{key});
    return res.json(row);
  }} catch (err) {{
    next(err);
  }}
}}
"
    )
}

fn users() -> String {
    handler("createUser", "email")
}

fn deletes() -> String {
    handler("deleteUser", "id")
}

fn orders() -> String {
    handler("listOrders", "customer")
}

/// A person's `users.js`, behind whose handler the assistant writes another.
fn repo() -> Repo {
    let repo = Repo::with(&[
        ("users.js", &users()),
        ("ping.js", &handler("ping", "host")),
    ]);
    Claude::new(&repo).write("users.js", &format!("{}\n{}", users(), deletes()));
    repo
}

#[test]
fn one_moves_away_from_another() {
    let repo = repo();
    repo.write("users.js", users());
    repo.write("gone.js", deletes());
    expect![[r#"
        gone.js: 12 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Moved");
    repo.run(&["check"]).expect_code(1);
}

#[test]
fn one_moves_beside_another() {
    for text in [
        format!("{}\n{}", deletes(), handler("ping", "host")),
        format!("{}\n{}", handler("ping", "host"), deletes()),
    ] {
        let repo = repo();
        repo.run_in_terminal(&["confirm", "users.js"]).ok();
        repo.write("users.js", users());
        repo.write("ping.js", text);
        expect![[r#"
            ping.js: 12 confirmed
        "#]]
        .assert_eq(&status(&repo));
    }
}

#[test]
fn a_person_puts_them_in_another_order() {
    let repo = repo();
    repo.write("users.js", [deletes(), orders(), users()].join("\n"));
    expect![[r#"
        u export async function deleteUser(req, res) {
        u   try {
        u     const body = await parse(req);
        u     if (!body.id) {
        u       return res.status(400).json({ error: 'id missing' });
        u     }
        u     const row = await db.deleteUser(body.id);
        u     return res.json(row);
        u   } catch (err) {
        u     next(err);
        u   }
        u }

          export async function listOrders(req, res) {
            try {
              const body = await parse(req);
              if (!body.customer) {
                return res.status(400).json({ error: 'customer missing' });
              }
              const row = await db.listOrders(body.customer);
              return res.json(row);
            } catch (err) {
              next(err);
            }
          }

          export async function createUser(req, res) {
            try {
              const body = await parse(req);
              if (!body.email) {
                return res.status(400).json({ error: 'email missing' });
              }
              const row = await db.createUser(body.email);
              return res.json(row);
            } catch (err) {
              next(err);
            }
          }
    "#]]
    .assert_eq(&marks(&repo, "users.js"));
}

#[test]
fn a_persons_that_is_older_than_the_assistants_is_not_blamed_on_its_branch() {
    let repo = Repo::with(&[("users.js", &users())]);
    repo.git(&["checkout", "--quiet", "-b", "hers"]);
    repo.write("users.js", format!("{}\n{}", users(), orders()));
    repo.commit("Hers");
    repo.git(&["checkout", "--quiet", "main"]);
    Claude::new(&repo).write("users.js", &format!("{}\n{}", users(), deletes()));
    repo.commit("The assistant's");
    let by_revision = repo.run(&["blame", "users.js", "--rev", "hers"]).ok();
    assert!(!by_revision.stdout.contains("unreviewed"), "{by_revision}");
    repo.git(&["checkout", "--quiet", "hers"]);
    expect![[r#""#]].assert_eq(&status(&repo));
    repo.run(&["check"]).ok();
    repo.run(&["check", "--base", "main"]).ok();
}

const OLD: &str = "\
def load_config(path):
    with open(path) as handle:
        data = json.load(handle)
    if 'version' not in data:
        raise ValueError('no version in config')
    for key, value in data.items():
        print('loaded', key, value)
    return data
";
const NEW: &str = "\
def load_settings(path, strict=True):
    with open(path, encoding='utf-8') as handle:
        settings = yaml.safe_load(handle)
    if strict and 'version' not in settings:
        raise SettingsError('no version in settings')
    for key, value in settings.items():
        log.debug('loaded %s = %r', key, value)
    return Settings(**settings)
";

#[test]
fn what_a_person_cuts_and_pastes_over_its_older_version_is_still_the_assistants() {
    let repo = Repo::with(&[("lib.py", &format!("import json\n\n\n{OLD}"))]);
    Claude::new(&repo).write("draft.py", &format!("import yaml\n\n\n{NEW}"));
    repo.run_in_terminal(&["confirm", "draft.py:10-11"]).ok();
    repo.write("draft.py", "import yaml\n");
    repo.write("lib.py", format!("import json\n\n\n{NEW}"));
    expect![[r#"
        draft.py: 1 unreviewed
        lib.py: 6 unreviewed, 2 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_file_that_a_command_moves_over_another_is_what_it_was() {
    let repo = Repo::with(&[("a.js", &users()), ("b.js", &orders())]);
    Claude::new(&repo).bash("mv a.js b.js");
    expect![[r#"
        b.js: 3 removals
    "#]]
    .assert_eq(&status(&repo));
}

/// One function for all files.
const ENTRY: &str = "
def getregentry():
    return codecs.CodecInfo(
        encode=encode,
        decode=decode,
        incrementalencoder=IncrementalEncoder,
        streamreader=StreamReader,
        streamwriter=StreamWriter,
    )
";

fn codec(name: &str) -> String {
    let spelt = |what: &str| {
        format!(
            "def {what}_{name}(text, errors='strict'):\n    table = {name}_{what}_table\n    return codecs.charmap_{what}(text, errors, table)\n\n"
        )
    };
    spelt("encode") + &spelt("decode")
}

/// Two files of a person with the function, as old as the ledger or younger, and one in which an assistant wrote it.
fn codecs(are_younger: bool) -> Repo {
    let repo = Repo::with(&[("README.md", "Codecs.\n")]);
    let claude = Claude::new(&repo);
    if are_younger {
        claude.write("any.py", "def unrelated(a):\n    return a + 1\n");
        repo.commit("Any");
    }
    repo.write("pkg/one.py", codec("greek") + ENTRY);
    repo.write("pkg/two.py", codec("latin") + ENTRY);
    repo.write("pkg/three.py", codec("thai"));
    repo.commit("A person's");
    claude.write("pkg/three.py", &(codec("thai") + ENTRY));
    repo.commit("An assistant's");
    repo
}

#[test]
fn in_a_folder_that_is_renamed_each_file_keeps_its_own() {
    for are_younger in [false, true] {
        let repo = codecs(are_younger);
        let before = status(&repo);
        repo.git(&["mv", "pkg", "lib"]);
        assert_eq!(status(&repo), before.replace("pkg/", "lib/"));
        repo.commit("Renamed");
        assert_eq!(status(&repo), before.replace("pkg/", "lib/"));
    }
}

#[test]
fn in_a_folder_that_was_renamed_an_edit_beside_it_blames_nobody() {
    let repo = codecs(true);
    let before = status(&repo).replace("pkg/", "lib/");
    repo.git(&["mv", "pkg", "lib"]);
    repo.commit("Renamed");
    repo.replace("lib/one.py", "streamreader=", "stream_reader=");
    repo.commit("Edited");
    repo.run(&["check", "--base", "HEAD~2"]).ok();
    assert_eq!(status(&repo), before);
    repo.write("lib/two.py", codec("cyrillic") + ENTRY);
    assert_eq!(status(&repo), before);
}
