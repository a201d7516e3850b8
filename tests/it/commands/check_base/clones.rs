//! Clones that lack something: it is fetched at once, or the command that brings it is told. Never green for lack of it.

use super::{PAY, REFUND, found, since, topic};
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use expect_test::expect;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Nothing of it stands elsewhere.
const OPENED: &str = "\
fn opened(desk: &Desk, clock: &Clock) -> Option<Hours> {
    desk.hours_on(clock.today()).filter(Hours::has_begun)
}
";

/// Gives a clone what is recorded in the repository it came from.
pub(super) fn share_ledger(from: &Repo, to: &Repo) {
    let common = to.git(&["rev-parse", "--git-common-dir"]);
    let target = to.path(&common).join("countersign");
    fs::create_dir_all(&target).unwrap();
    for file in fs::read_dir(from.path(".git/countersign")).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), target.join(file.file_name())).unwrap();
        }
    }
}

/// [`topic`] with some more commits of people on the branch.
fn long() -> Repo {
    let repo = topic();
    for n in 0..5 {
        repo.write("person.txt", format!("{n}\n"));
        repo.commit(&format!("Person {n}"));
    }
    repo
}

#[test]
fn a_shallow_clone_without_the_base_is_told_how_to_get_it() {
    let repo = long();
    let clone = repo.clone_as_from_a_server("shallow", &["--depth=1", "--branch=topic"]);
    share_ledger(&repo, &clone);
    expect![[r#"
        error: this clone has no revision `origin/main` to compare HEAD with; it is shallow
        hint: git fetch origin main:refs/remotes/origin/main
    "#]]
    .assert_eq(&since(&clone, "origin/main").expect_code(2).stderr);
    clone.git(&[
        "fetch",
        "--quiet",
        "--depth=1",
        "origin",
        "main:refs/remotes/origin/main",
    ]);
    expect![[r#"
        error: this clone is shallow and lacks the commit at which HEAD parted from origin/main
        hint: git fetch --deepen=200 (again, until it is there), or all of it: git fetch --unshallow
    "#]]
    .assert_eq(&since(&clone, "origin/main").expect_code(2).stderr);
    assert!(
        since(&clone, "HEAD~3")
            .expect_code(2)
            .stderr
            .contains("git fetch --deepen")
    );
    clone.git(&["fetch", "--quiet", "--deepen=200"]);
    let all = found(&repo, &["--base", "main"]);
    assert_eq!(found(&clone, &["--base", "origin/main"]), all);
}

#[test]
fn commits_that_a_shallow_clone_lacks_may_be_marked_so_it_does_not_judge() {
    let repo = long();
    // A side branch that began long ago and is merged at the tip.
    repo.git(&["checkout", "--quiet", "-b", "side", "main~1"]);
    for n in 0..8 {
        repo.write("side.txt", format!("{n}\n"));
        repo.commit(&format!("Side {n}"));
    }
    repo.git(&["checkout", "--quiet", "topic"]);
    repo.git(&["merge", "--quiet", "--no-edit", "side"]);
    let clone = repo.clone_as_from_a_server(
        "shallow",
        &["--depth=8", "--branch=topic", "--no-single-branch"],
    );
    share_ledger(&repo, &clone);
    let said = since(&clone, "origin/main").expect_code(2);
    expect![[r#"
        error: this clone is shallow and lacks some of the commits since origin/main: an assistant may have marked them
        hint: git fetch --deepen=200 (again, until it is there), or all of it: git fetch --unshallow
    "#]]
    .assert_eq(&said.stderr);
    clone.git(&["fetch", "--quiet", "--unshallow"]);
    assert_eq!(
        found(&clone, &["--base", "origin/main"]),
        found(&repo, &["--base", "main"])
    );
}

/// A clone without texts, whose fetches are counted.
fn partial(repo: &Repo) -> Repo {
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.clone_as_from_a_server(
        "partial",
        &["--filter=blob:none", "--no-checkout", "--branch=topic"],
    );
    share_ledger(repo, &clone);
    let counted = clone.path(".git/counted");
    let log = clone.path(".git/fetches");
    fs::write(
        &counted,
        format!(
            "#!/bin/sh\necho fetched >> {}\nexec git-upload-pack \"$@\"\n",
            log.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&counted, fs::Permissions::from_mode(0o755)).unwrap();
    clone.git(&[
        "config",
        "remote.origin.uploadpack",
        &counted.to_string_lossy(),
    ]);
    clone
}

fn fetches(clone: &Repo) -> usize {
    let log = fs::read_to_string(clone.path(".git/fetches"));
    log.unwrap_or_default().lines().count()
}

#[test]
fn a_partial_clone_fetches_the_texts_it_lacks_once() {
    let repo = long();
    let marked = "Marked\n\nCo-authored-by: Codex <noreply@openai.com>";
    repo.write("marked.rs", OPENED);
    repo.commit(marked);
    repo.git(&["mv", "marked.rs", "moved.rs"]);
    repo.append("moved.rs", "fn person(a: u8) -> u8 {\n    a + 1\n}\n");
    repo.commit("A person goes on");
    let clone = partial(&repo);
    let there = found(&clone, &["--base", "origin/main"]);
    assert_eq!(there, found(&repo, &["--base", "main"]));
    assert!(there.contains("moved.rs:1-3 declared"), "{there}");
    assert_eq!(fetches(&clone), 1);
    found(&clone, &["--base", "origin/main"]);
    assert_eq!(fetches(&clone), 1, "they are here now");
}

#[test]
fn a_partial_clone_that_cannot_fetch_does_not_judge() {
    let repo = topic();
    let clone = partial(&repo);
    clone.git(&["remote", "set-url", "origin", "file:///nowhere/at/all"]);
    let said = since(&clone, "origin/main").expect_code(2);
    assert!(
        said.stderr
            .contains("texts that are needed are only at the remote origin, and cannot be fetched"),
        "{said}"
    );
    assert!(
        said.stderr
            .contains("\nhint: repeat it when the remote can be reached"),
        "{said}"
    );
    assert_eq!(said.stdout, "");
}

#[test]
fn without_a_base_it_is_the_same() {
    let repo = topic();
    let clone = partial(&repo);
    assert_eq!(found(&clone, &[]), found(&repo, &[]));
    assert_eq!(fetches(&clone), 1);
    let cut_off = repo.clone_as_from_a_server(
        "cut-off",
        &["--filter=blob:none", "--no-checkout", "--branch=topic"],
    );
    share_ledger(&repo, &cut_off);
    cut_off.git(&["remote", "set-url", "origin", "file:///nowhere/at/all"]);
    let said = cut_off.run(&["check"]).expect_code(2);
    assert!(said.stderr.contains("cannot be fetched"), "{said}");
}

#[test]
fn a_partial_clone_may_be_shallow_and_may_lack_folders() {
    let repo = long();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let shallow = repo.clone_as_from_a_server(
        "both",
        &[
            "--filter=blob:none",
            "--depth=2",
            "--no-checkout",
            "--branch=topic",
        ],
    );
    share_ledger(&repo, &shallow);
    assert_eq!(found(&shallow, &["--base", "HEAD~1"]), "");
    let treeless = repo.clone_as_from_a_server(
        "treeless",
        &["--filter=tree:0", "--no-checkout", "--branch=topic"],
    );
    share_ledger(&repo, &treeless);
    let said = since(&treeless, "origin/main").expect_code(2);
    assert!(
        said.stderr
            .contains("\nhint: git fetch --refetch --filter=blob:none"),
        "{said}"
    );
}

/// A clone without texts, and with the notes that its server has.
fn with_notes(server: &Repo, name: &str) -> Repo {
    let options = ["--filter=blob:none", "--no-checkout", "--branch=topic"];
    let clone = server.clone_as_from_a_server(name, &options);
    let notes = "refs/notes/countersign:refs/notes/countersign";
    clone.git(&["fetch", "--quiet", "origin", notes]);
    clone
}

#[test]
fn a_partial_clone_without_a_ledger_reads_the_shared_notes_or_does_not_judge() {
    let repo = topic();
    let server = repo.clone_as_from_a_server("server.git", &["--bare"]);
    server.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", server.root().display());
    repo.git(&["remote", "add", "origin", &url]);
    repo.run(&["sync", "origin"]).ok();
    let clone = with_notes(&server, "clone");
    assert_eq!(
        found(&clone, &["--base", "origin/main"]),
        found(&repo, &["--base", "main"])
    );
    let cut_off = with_notes(&server, "cut-off");
    cut_off.git(&["remote", "set-url", "origin", "file:///nowhere/at/all"]);
    let said = since(&cut_off, "origin/main").expect_code(2);
    assert!(
        said.stderr
            .starts_with("error: the shared notes cannot all be read here"),
        "{said}"
    );
}

#[test]
fn a_bare_repository_judges_what_was_pushed() {
    let repo = topic();
    let bare = repo.clone_as_from_a_server("bare.git", &["--bare", "--branch=topic"]);
    share_ledger(&repo, &bare);
    assert_eq!(
        found(&bare, &["--base", "main"]),
        found(&repo, &["--base", "main"])
    );
    let said = bare.run(&["check", "--staged"]).expect_code(2);
    assert!(
        said.stderr
            .starts_with("error: a bare repository has no index\n"),
        "{said}"
    );
}

#[test]
fn a_text_that_is_lost_is_no_reason_to_be_green() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("refund.rs", REFUND);
    repo.commit("Refunds");
    let blob = repo.git(&["rev-parse", "HEAD:refund.rs"]);
    fs::remove_file(repo.path(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]))).unwrap();
    let said = since(&repo, "HEAD~1").expect_code(2);
    assert!(said.stderr.contains("hint: "), "{said}");
}
