//! The same tokens in another layout.

use super::rows;
use super::story::{DESK, GIFT, ORDER, Story};

rows! {
    indented_anew: "re-indent before commit",
    indented_anew_after_commit: "re-indent after commit",
    wrapped: "wrap and join lines",
    wrapped_after_commit: "wrap and join lines after commit",
    with_other_line_ends: "CRLF",
    with_other_line_ends_after_commit: "CRLF after commit",
    with_line_ends_that_git_converts: "CRLF that git converts",
    formatted_before_and_edited: "formatted, committed, edited",
}

/// Everything goes into a module, with tabs.
fn indented_anew(story: &mut Story) {
    for path in [ORDER, GIFT, DESK] {
        let indented = |line: &str| match line.trim_start() {
            "" => "\n".to_owned(),
            rest => {
                let tabs = (line.len() - rest.len()).div_ceil(4);
                format!("{}{rest}\n", "\t".repeat(tabs + 1))
            }
        };
        let lines: String = story.repo.read(path).lines().map(indented).collect();
        story.repo.write(path, format!("mod inner {{\n{lines}}}\n"));
    }
    story.says("p mod inner {");
}

fn indented_anew_after_commit(story: &mut Story) {
    story.commit("Work");
    indented_anew(story);
}

fn wrapped(story: &mut Story) {
    for (path, old, new) in [
        (ORDER, "order.total.times(share).min(most)", WRAPPED_SUM),
        (ORDER, "&Order, insurer: &mut Insurer) ->", WRAPPED_INSURER),
        (
            ORDER,
            "    pub article: Article,\n    pub count",
            "    pub article: Article, pub count",
        ),
        (
            ORDER,
            "let reason = desk.ask(\"Why?\");\n",
            "let reason = desk.ask(\"Why?\"); ",
        ),
        (GIFT, "&mut Present, giver: &Person, words", WRAPPED_GREET),
        (GIFT, "    let sheet =", "    let\n    sheet ="),
    ] {
        story.repo.replace(path, old, new);
    }
    for line in [
        "order.total.times(share).min(most)",
        "pub fn insure(order: &Order, insurer: &mut Insurer) -> Result<Policy, Refused> {",
        "pub article: Article,",
        "pub count: u32,",
        "let reason = desk.ask(\"Why?\");",
        "desk.file(order.article, reason)",
        "pub fn greet(present: &mut Present, giver: &Person, words: &str) {",
        "let sheet = papers.largest_under(parcel.girth());",
    ] {
        story.lines.forget(line);
    }
    story.says(WRAPPED);
}

const WRAPPED_SUM: &str = "order\n        .total\n        .times(share)\n        .min(most)";
const WRAPPED_INSURER: &str = "&Order,\n    insurer: &mut Insurer)\n->";
const WRAPPED_GREET: &str = "&mut Present, giver: &Person,\n    words";
const WRAPPED: &str = "
u     order
u         .total
u         .times(share)
u         .min(most)
c pub fn insure(order: &Order,
c     insurer: &mut Insurer)
c -> Result<Policy, Refused> {
      pub article: Article, pub count: u32,
p     let reason = desk.ask(\"Why?\");   desk.file(order.article, reason)
u pub fn greet(present: &mut Present, giver: &Person,
u     words: &str) {
c     let
c     sheet = papers.largest_under(parcel.girth());
";

fn wrapped_after_commit(story: &mut Story) {
    story.commit("Work");
    wrapped(story);
}

fn with_other_line_ends(story: &mut Story) {
    for path in [ORDER, GIFT, DESK] {
        let text = story.repo.read(path);
        story.repo.write(path, text.replace('\n', "\r\n"));
    }
}

fn with_other_line_ends_after_commit(story: &mut Story) {
    story.commit("Work");
    with_other_line_ends(story);
    story.commit("Other line ends");
}

fn with_line_ends_that_git_converts(story: &mut Story) {
    story.repo.write(".gitattributes", "*.rs text eol=crlf\n");
    with_other_line_ends(story);
    story.edit(ORDER, "let most =", "let limit =");
    story.says("u     let limit = rates.most_allowed(");
}

fn formatted_before_and_edited(story: &mut Story) {
    story.format();
    story.commit("Formatted");
    story.edit(ORDER, "let years =", "let many =");
    story.edit(ORDER, "let value =", "let worth =");
}
