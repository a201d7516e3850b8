//! Two editors, an assistant's hooks and a terminal at work on one repository and one file, all at once.

use crate::support::claude::Claude;
use crate::support::editor::{Change, Editor, listed};
use crate::support::marks::status;
use crate::support::repo::Repo;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const FILE: &str = "shared.rs";
const ROUNDS: usize = 5;
/// Functions for each round: one is confirmed in each editor and one in the terminal, and one is left.
const EACH: usize = 4;
/// Lines of a function, with the blank line behind it.
const LINES: usize = 4;
/// How soon the others see it.
const SOON: Duration = Duration::from_millis(250);

fn function(number: usize) -> String {
    format!(
        "fn f{number:02}(all: &[u32]) -> u32 {{\n    all.iter().map(|it| it * {number}).sum()\n}}\n\n"
    )
}

/// An assistant wrote the file; two editors show it.
fn opened() -> (Repo, [Editor; 2]) {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    let text: String = (0..ROUNDS * EACH).map(function).collect();
    Claude::new(&repo).write(FILE, &text);
    let editors = [(); 2].map(|()| {
        let mut editor = Editor::open_on(&repo);
        editor.open(FILE);
        editor.diagnostics_until(FILE, "all", |all| all.len() == ROUNDS * EACH);
        editor
    });
    (repo, editors)
}

/// Begins to confirm a function in an editor; gives the id of the request.
#[track_caller]
fn confirm(editor: &mut Editor, number: usize) -> i64 {
    let action = editor.code_action(FILE, number * LINES, "Confirm `f");
    let command = &action.raw["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    editor.ask("workspace/executeCommand", params)
}

fn lines(number: usize) -> String {
    format!("{FILE}:{}-{}", number * LINES + 1, number * LINES + 3)
}

/// Begins to tell the hook.
fn tell(repo: &Repo, payload: &Value) -> Child {
    let mut hook = repo
        .command(repo.program().to_str().unwrap())
        .args(["hook", "claude-code"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = hook.stdin.take().unwrap();
    stdin.write_all(payload.to_string().as_bytes()).unwrap();
    hook
}

/// The functions that an editor shows as unreviewed.
fn left(round: usize) -> impl Fn(&[crate::support::editor::Diagnostic]) -> bool {
    move |all| all.len() == ROUNDS * EACH - round * (EACH - 1)
}

#[test]
fn every_fact_that_was_acknowledged_is_there_at_the_end() {
    let (repo, mut editors) = opened();
    let claude = Claude::new(&repo);
    for round in 0..ROUNDS {
        let first = round * EACH;
        let paths: Vec<String> = (0..3).map(|it| format!("new_{round}_{it}.rs")).collect();
        let plans = paths
            .iter()
            .map(|path| claude.plan_write(path, &function(round)));
        let mut writes: Vec<_> = plans.collect();
        for write in &mut writes {
            write.pre();
            write.perform();
        }
        let hooks: Vec<Child> = writes
            .iter()
            .map(|it| tell(&repo, &it.post_payload()))
            .collect();
        let asked = [
            confirm(&mut editors[0], first),
            confirm(&mut editors[1], first + 1),
        ];
        repo.run_in_terminal(&["confirm", &lines(first + 2)]).ok();
        for (editor, id) in editors.iter_mut().zip(asked) {
            editor.answer_to(id).unwrap();
        }
        for hook in hooks {
            let told = hook.wait_with_output().unwrap();
            assert!(told.status.success() && told.stdout.is_empty() && told.stderr.is_empty());
        }
        for editor in &mut editors {
            editor.diagnostics_until(FILE, "what is left", left(round + 1));
        }
    }
    let shown = listed(&editors[0].diagnostics(FILE));
    assert_eq!(shown, listed(&editors[1].diagnostics(FILE)));
    for editor in editors {
        assert_eq!(editor.shutdown(), 0);
    }
    let mut expected: Vec<String> = (0..ROUNDS * 3)
        .map(|it| format!("new_{}_{}.rs: 3 unreviewed\n", it / 3, it % 3))
        .collect();
    let (confirmed, unreviewed) = (ROUNDS * (EACH - 1) * 3, ROUNDS * 3);
    expected.push(format!(
        "{FILE}: {unreviewed} unreviewed, {confirmed} confirmed\n"
    ));
    assert_eq!(status(&repo), expected.concat());
}

/// How soon both editors show it, from when the act is acknowledged.
fn seen_after(editors: &mut [Editor; 2], count: usize) -> Duration {
    let acknowledged = Instant::now();
    for editor in editors {
        editor.diagnostics_until(FILE, "one less", |all| all.len() == count);
    }
    acknowledged.elapsed()
}

#[test]
fn what_one_does_the_others_see_at_once() {
    let (repo, mut editors) = opened();
    let mut times = Vec::new();
    for number in 0..ROUNDS * 2 {
        match number % 2 {
            0 => {
                repo.run_in_terminal(&["confirm", &lines(number)]).ok();
            }
            _ => {
                let asked = confirm(&mut editors[0], number);
                editors[0].answer_to(asked).unwrap();
            }
        }
        times.push(seen_after(&mut editors, ROUNDS * EACH - number - 1));
    }
    times.sort_unstable();
    assert!(times[times.len() / 2] < SOON, "{times:?}");
}

#[test]
fn what_both_have_in_their_buffers_is_kept() {
    let (repo, mut editors) = opened();
    let [one, other] = &mut editors;
    // Each types into its own buffer and saves; the other takes it from the disk.
    one.type_after(FILE, "fn f00(", " ");
    one.save(FILE);
    other.reload(FILE);
    other.diagnostics_until(FILE, "all", |all| all.len() == ROUNDS * EACH);
    other.type_after(FILE, "fn f01(", " ");
    let asked = [confirm(one, 0), confirm(other, 1)];
    one.answer_to(asked[0]).unwrap();
    other.answer_to(asked[1]).unwrap();
    other.save(FILE);
    one.reload(FILE);
    for editor in &mut editors {
        editor.diagnostics_until(FILE, "two less", |all| all.len() == ROUNDS * EACH - 2);
    }
    let unreviewed = (ROUNDS * EACH - 2) * 3;
    assert_eq!(
        status(&repo),
        format!("{FILE}: {unreviewed} unreviewed, 6 confirmed\n")
    );
}

const TOTAL: &str = "fn total(x: u32) -> u32 {\n    let sum = gamma(x, 96);\n    sum\n}\n";
const ABOVE_SUM: &str = "    let first = one(14);\n    let second = two(79);\n";

/// A person's `lib.rs` and an empty file.
fn with_total() -> Repo {
    Repo::with(&[("lib.rs", TOTAL), ("other.rs", "")])
}

fn editor_of(repo: &Repo) -> Editor {
    let mut editor = Editor::open_on(repo);
    editor.open("lib.rs");
    editor.open("other.rs");
    editor
}

/// Waits until an editor has taken in all that was told: it shows what the assistant wrote into another file since.
#[track_caller]
fn has_taken_in(editor: &mut Editor, claude: &Claude<'_>, text: &str) {
    claude.write("other.rs", text);
    editor.reload("other.rs");
    editor.diagnostics_until("other.rs", text, |all| !all.is_empty());
    editor.change("other.rs", &[Change::whole("")]);
    editor.diagnostics_until("other.rs", "nothing", <[_]>::is_empty);
}

#[test]
fn an_editor_that_shows_an_older_text_knows_nothing_better_of_it() {
    let repo = with_total();
    let claude = Claude::new(&repo);
    let (mut first, mut second) = (editor_of(&repo), editor_of(&repo));
    claude.edit("lib.rs", "    let sum", &format!("{ABOVE_SUM}    let sum"));
    has_taken_in(&mut second, &claude, "fn a() { first_of_all(1, 2, 3) }\n");
    first.reload("lib.rs");
    first.replace("lib.rs", "let sum =", "let su_more_m =");
    first.save("lib.rs");
    has_taken_in(&mut first, &claude, "fn b() { second_of_all(4, 5, 6) }\n");
    let regions = first.regions("lib.rs");
    let range =
        json!({ "start": { "line": 1, "character": 4 }, "end": { "line": 2, "character": 25 } });
    assert_eq!(
        regions["regions"].as_array().unwrap().len(),
        1,
        "{regions:#}"
    );
    assert_eq!(regions["regions"][0]["range"], range);
}

#[test]
fn what_a_person_has_not_saved_yet_is_not_the_assistants_who_writes_beside_it() {
    let repo = with_total();
    let claude = Claude::new(&repo);
    let mut editor = editor_of(&repo);
    editor.replace("lib.rs", "let sum =", "let su_more_m =");
    claude.edit("lib.rs", "    let sum", &format!("{ABOVE_SUM}    let sum"));
    has_taken_in(&mut editor, &claude, "fn a() { first_of_all(1, 2, 3) }\n");
    assert_eq!(editor.regions("lib.rs")["regions"], json!([]));
}
