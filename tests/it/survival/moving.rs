//! Text goes elsewhere: within its file, to another one, with its file.

use super::rows;
use super::story::{DESK, GIFT, ORDER, Story};

rows! {
    a_move_within_a_file: "move within a file",
    a_move_to_another_file: "move to another file before commit",
    a_move_to_another_file_after_commit: "move to another file after commit",
    a_move_to_another_file_by_an_assistant: "an agent moves it to another file",
    a_copy: "copy",
    a_file_renamed: "git mv before commit",
    a_file_renamed_after_commit: "git mv after commit",
    a_file_renamed_with_edits: "rename with edits",
    a_file_split: "split",
    two_files_joined: "two files become one",
}

fn a_move_within_a_file(story: &mut Story) {
    for name in ["fn insure", "fn discount", "fn cancel", "fn take"] {
        let paragraph = story.cut(ORDER, name);
        story.paste(ORDER, &paragraph);
    }
}

fn a_move_to_another_file(story: &mut Story) {
    for name in ["fn insure", "fn discount", "fn cancel", "fn take"] {
        let paragraph = story.cut(ORDER, name);
        story.paste(DESK, &paragraph);
    }
    let greet = story.cut(GIFT, "fn greet");
    story.paste(ORDER, &greet);
}

fn a_move_to_another_file_after_commit(story: &mut Story) {
    story.commit("Work");
    a_move_to_another_file(story);
}

fn a_move_to_another_file_by_an_assistant(story: &mut Story) {
    let claude = story.another_assistant();
    for name in ["fn insure", "fn discount", "fn cancel"] {
        let paragraph = story.copy(ORDER, name);
        claude.edit(ORDER, &format!("{paragraph}\n"), "");
        let desk = story.repo.read(DESK);
        claude.write(DESK, &format!("{desk}\n{paragraph}"));
    }
}

fn a_copy(story: &mut Story) {
    for name in ["fn insure", "fn discount", "fn cancel"] {
        let paragraph = story.copy(ORDER, name);
        story.paste(DESK, &paragraph);
    }
}

fn a_file_renamed(story: &mut Story) {
    story.git(&["add", "--all"]);
    story.git(&["mv", ORDER, "src/purchase.rs"]);
    story.git(&["mv", GIFT, "src/present.rs"]);
}

fn a_file_renamed_after_commit(story: &mut Story) {
    story.commit("Work");
    a_file_renamed(story);
}

fn a_file_renamed_with_edits(story: &mut Story) {
    story.commit("Work");
    story.edit(ORDER, "let years =", "let many =");
    story.edit(ORDER, "let value =", "let worth =");
    story.edit(GIFT, "let sheet =", "let leaf =");
    story.insert(GIFT, "let card = Card", "    let card = card.dried();\n");
    story.edit(GIFT, "calendar.birthday_of", "calendar.name_day_of");
    story.repo.rename(ORDER, "src/shop/order.rs");
    story.repo.rename(GIFT, "src/shop/present.rs");
}

fn a_file_split(story: &mut Story) {
    story.commit("Work");
    let text = story.repo.read(ORDER);
    let at = text.find("/// What a regular customer").unwrap();
    let (first, second) = text.split_at(at);
    story.says("p use crate::all::*;");
    story.repo.delete(ORDER);
    story
        .repo
        .write("src/order/take.rs", format!("{}\n", first.trim_end()));
    story.repo.write(
        "src/order/pay.rs",
        format!("use crate::all::*;\n\n{second}"),
    );
}

fn two_files_joined(story: &mut Story) {
    story.commit("Work");
    let joined = [ORDER, GIFT].map(|path| {
        let text = story.repo.read(path);
        story.repo.delete(path);
        text
    });
    // Inner comments may only begin a file.
    let joined = joined.join("\n").replace("//! Presents", "// Presents");
    story.lines.forget("//! Presents, and who gets them.");
    story.says("u // Presents, and who gets them.");
    story.repo.write("src/shop.rs", joined);
}
