//! Texts come and go with branches, stashes and work trees.

use super::rows;
use super::story::{DESK, ORDER, Story};
use crate::support::editor::Editor;

rows! {
    stashed: "stash and pop over another commit",
    checked_out_and_back: "checkout and back",
    checked_out_under_a_server: "checkout and back under a running server",
    reset_and_back: "reset --hard and back",
    in_another_work_tree: "another work tree",
    looked_at_all_the_time: "looked at after each step",
}

fn stashed(story: &mut Story) {
    story.git(&["stash", "--quiet", "--include-untracked"]);
    let text = story.repo.read(ORDER);
    let text = text.replacen(
        "/// What it costs",
        "/// Sent by whom.\npub struct Carrier(u8);\n\n/// What it costs",
        1,
    );
    story.repo.write(ORDER, text);
    story.says("p /// Sent by whom.\np pub struct Carrier(u8);");
    story.commit("Another commit");
    story.git(&["stash", "pop", "--quiet"]);
}

fn checked_out_and_back(story: &mut Story) {
    story.diverges();
    story.git(&["checkout", "--quiet", "main"]);
    story.repo.run(&["status"]).ok();
    story.git(&["checkout", "--quiet", "topic"]);
    story.edit(ORDER, "let years =", "let many =");
}

fn checked_out_under_a_server(story: &mut Story) {
    story.diverges();
    let mut editor = Editor::open_on(&story.repo);
    editor.open(ORDER);
    editor.open(DESK);
    story.git(&["checkout", "--quiet", "main"]);
    editor.reload(ORDER);
    editor.reload(DESK);
    story.git(&["checkout", "--quiet", "topic"]);
    editor.reload(ORDER);
    editor.reload(DESK);
    story.edit(ORDER, "let years =", "let many =");
    editor.reload(ORDER);
    assert_eq!(editor.shutdown(), 0);
}

fn reset_and_back(story: &mut Story) {
    story.commit("Work");
    story.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    story
        .repo
        .append(DESK, "\n/// Closes at five.\npub struct Hours(u8);\n");
    story.says("p /// Closes at five.\np pub struct Hours(u8);");
    story.commit("Meanwhile");
    story.git(&["cherry-pick", "ORIG_HEAD"]);
}

fn in_another_work_tree(story: &mut Story) {
    story.commit("Work");
    story.repo = story.repo.worktree("beside");
    story.edit(ORDER, "let years =", "let many =");
    story.edit(ORDER, "let value =", "let worth =");
}

fn looked_at_all_the_time(story: &mut Story) {
    story.repo.run(&["status"]).ok();
    story.edit(ORDER, "let years =", "let many =");
    story.repo.run(&["status"]).ok();
    let insure = story.cut(ORDER, "fn insure");
    story.repo.run(&["status"]).ok();
    story.paste(DESK, &insure);
    story.repo.run(&["status"]).ok();
    story.commit("Work");
    story.repo.run(&["status"]).ok();
    let discount = story.cut(ORDER, "fn discount");
    story.commit("Cut");
    story.repo.run(&["status"]).ok();
    story.paste(DESK, &discount);
}
