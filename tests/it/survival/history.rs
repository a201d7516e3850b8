//! Git makes commits anew.

use super::rows;
use super::story::{DESK, GIFT, ORDER, Story};

rows! {
    amended: "amend",
    rebased: "rebase onto diverged main",
    rebased_in_another_order: "interactive rebase that reorders and squashes",
    squashed: "merge --squash",
    picked: "cherry-pick",
    reverted_twice: "revert of the revert",
    merged: "merge",
    merged_by_hand: "merge with conflict resolved by hand",
    rebased_by_hand: "rebase with conflict resolved by hand",
    committed_by_plumbing: "commit by plumbing",
    committed_in_parts: "commit in parts",
}

fn amended(story: &mut Story) {
    story.commit("Work");
    story.edit(ORDER, "let years =", "let many =");
    story.git(&[
        "commit",
        "--quiet",
        "--all",
        "--amend",
        "--message",
        "Better work",
    ]);
}

/// What people do on `main` meanwhile, in the same file.
const PARCELS: &str = "
/// How many parcels it takes.
pub fn parcels(order: &Order) -> u32 {
    order.count.div_ceil(MOST_IN_ONE)
}
";

impl Story {
    /// Commits the work on `topic`, while `main` goes on. Ends on `topic`.
    pub(super) fn diverges(&mut self) {
        self.git(&["checkout", "--quiet", "-b", "topic"]);
        self.commit("Work");
        self.git(&["checkout", "--quiet", "main"]);
        let text = self.repo.read(ORDER);
        let (head, tail) = text.split_once("\n/// What it costs").unwrap();
        let text = format!("{head}{PARCELS}\n/// What it costs{tail}");
        self.repo.write(ORDER, text);
        self.repo
            .append(DESK, "\n/// Closes at five.\npub struct Hours(u8);\n");
        self.commit("Main goes on");
        self.git(&["checkout", "--quiet", "topic"]);
        self.says(
            "
p /// How many parcels it takes.
p pub fn parcels(order: &Order) -> u32 {
p     order.count.div_ceil(MOST_IN_ONE)
p /// Closes at five.
p pub struct Hours(u8);
",
        );
    }

    /// More work on the branch: a person's edits, and an assistant's function.
    pub(super) fn goes_on(&mut self) {
        self.insert(ORDER, "let value =", "    insurer.greet(order);\n");
        self.edit(ORDER, "let years =", "let many =");
        self.commit("A person goes on");
        let weigh = "\n/// What it weighs with its paper.\npub fn weigh(parcel: &Parcel, scales: &Scales) -> Grams {\n    scales.put(parcel).read_after(Settling::Short)\n}\n";
        let text = self.repo.read(GIFT);
        self.another_assistant()
            .write(GIFT, &format!("{text}{weigh}"));
        let drawing: String = weigh.lines().map(|line| format!("u {line}\n")).collect();
        self.says(&drawing);
        self.commit("An assistant goes on");
    }
}

fn rebased(story: &mut Story) {
    story.diverges();
    story.goes_on();
    story.git(&["rebase", "--quiet", "main"]);
}

fn rebased_in_another_order(story: &mut Story) {
    story.diverges();
    story.goes_on();
    // The assistant's last commit goes first behind the work, and the person's is squashed into it.
    let todo = "sed -i -e '2{h;d}' -e '3{G;s/\\npick/\\nfixup/}'";
    story.git(&[
        "-c",
        &format!("sequence.editor={todo}"),
        "rebase",
        "--quiet",
        "--interactive",
        "main",
    ]);
    let log = story.git(&["log", "--format=%s", "main.."]);
    assert_eq!(log, "An assistant goes on\nWork");
}

fn squashed(story: &mut Story) {
    story.diverges();
    story.goes_on();
    story.git(&["checkout", "--quiet", "main"]);
    story.git(&["merge", "--quiet", "--squash", "topic"]);
    story.commit("Squashed");
    story.git(&["branch", "--quiet", "--delete", "--force", "topic"]);
}

fn picked(story: &mut Story) {
    story.diverges();
    story.goes_on();
    story.git(&["checkout", "--quiet", "main"]);
    story.git(&["cherry-pick", "main..topic"]);
}

fn reverted_twice(story: &mut Story) {
    story.commit("Work");
    story.git(&["revert", "--no-edit", "HEAD"]);
    story
        .repo
        .append(DESK, "\n/// Closes at five.\npub struct Hours(u8);\n");
    story.says("p /// Closes at five.\np pub struct Hours(u8);");
    story.commit("Meanwhile");
    story.git(&["revert", "--no-edit", "HEAD~1"]);
}

fn merged(story: &mut Story) {
    story.diverges();
    story.goes_on();
    story.git(&["checkout", "--quiet", "main"]);
    story.git(&["merge", "--quiet", "--no-edit", "topic"]);
}

/// The same line on both sides: what the branch says and what `main` says.
fn conflict(story: &mut Story) {
    story.diverges();
    story
        .repo
        .replace(ORDER, "order.article.name()", "order.article.short_name()");
    story.lines.forget("let name = order.article.name();");
    story.commit("Shorter");
    story.git(&["checkout", "--quiet", "main"]);
    story.repo.replace(
        ORDER,
        "order.article.name()",
        "order.article.name_in(LANGUAGE)",
    );
    story.commit("Translated");
    story.says("p     let name = order.article.short_name_in(LANGUAGE);");
}

/// A person makes one line of both sides. Fails where there is nothing to make.
#[track_caller]
fn resolve(story: &mut Story) {
    let text = story.repo.read(ORDER);
    let (head, rest) = text.split_once("<<<<<<<").unwrap();
    let (sides, tail) = rest.split_once(">>>>>>>").unwrap();
    let (_, tail) = tail.split_once('\n').unwrap();
    let lines = sides.lines().find(|line| line.contains("fragility"));
    let lines = lines.map_or(String::new(), |line| format!("{line}\n"));
    let name = "    let name = order.article.short_name_in(LANGUAGE);\n";
    story
        .repo
        .write(ORDER, format!("{head}{name}{lines}{tail}"));
    story.git(&["add", "--all"]);
}

/// Whether git came to the end of it by itself.
fn ends(story: &Story, arguments: &[&str]) -> bool {
    let mut git = story.repo.command("git");
    git.args(["-c", "core.editor=true"]).args(arguments);
    git.output().unwrap().status.success()
}

fn merged_by_hand(story: &mut Story) {
    conflict(story);
    assert!(!ends(story, &["merge", "--quiet", "topic"]));
    resolve(story);
    story.git(&["commit", "--quiet", "--no-edit"]);
}

fn rebased_by_hand(story: &mut Story) {
    conflict(story);
    story.git(&["checkout", "--quiet", "topic"]);
    assert!(!ends(story, &["rebase", "--quiet", "main"]));
    resolve(story);
    while !ends(story, &["rebase", "--continue"]) {
        resolve(story);
    }
}

fn committed_by_plumbing(story: &mut Story) {
    story.diverges();
    story.edit(ORDER, "let years =", "let many =");
    story.git(&["add", "--all"]);
    let tree = story.git(&["write-tree"]);
    let commit = story.git(&["commit-tree", &tree, "-p", "main", "-m", "Plumbing"]);
    story.git(&["update-ref", "refs/heads/main", &commit]);
    story.git(&["checkout", "--quiet", "--force", "main"]);
}

fn committed_in_parts(story: &mut Story) {
    let whole = story.repo.read(ORDER);
    let at = whole.find("/// Forgets it again").unwrap();
    let first = format!("{}\n", whole[..at].trim_end());
    story.repo.write(ORDER, &first);
    story.git(&["add", ORDER]);
    story.git(&["commit", "--quiet", "--message", "First part"]);
    story.repo.write(ORDER, whole);
    story.commit("Second part");
}
