//! A person or another assistant changes the text.

use super::rows;
use super::story::{GIFT, ORDER, Story};

rows! {
    nothing: "nothing at all",
    an_edit_inside: "edit inside",
    an_adjacent_edit: "adjacent edit",
    a_line_in_the_place_of_a_removal: "edit where an agent took text away",
    a_variable_renamed_by_another_assistant: "second agent renames a variable",
    an_edit_of_confirmed_text_by_an_assistant: "an agent edits inside confirmed text",
}

fn nothing(_: &mut Story) {}

fn an_edit_inside(story: &mut Story) {
    story.edit(ORDER, "let most =", "let limit =");
    story.edit(ORDER, "share_for(years)", "share_for(years, customer)");
    story.edit(ORDER, "insurer.least()", "insurer.least_for(order)");
    let rates = "    let rates = rates.of_today();\n";
    story.insert(ORDER, "pub fn discount", rates);
    story.insert(ORDER, "let value =", "    insurer.greet(order);\n");
    story.delete(ORDER, "order.total.times(share)");
    story.delete(ORDER, "insurer.sign(policy)");
    story.says(
        "
u     let limit = rates.most_allowed(
c     if value < insurer.least_for(order) {
",
    );
}

fn an_adjacent_edit(story: &mut Story) {
    for (path, behind, new) in [
        (ORDER, "use crate::vouchers", "use crate::wards::Ward;\n"),
        (ORDER, "use crate::audit", "use crate::bows::Bow;\n"),
        (
            ORDER,
            "let weight =",
            "    let weight = weight.max(LEAST);\n",
        ),
        (ORDER, "let shelf =", "    shelf.dust();\n"),
        (ORDER, "depot.trail", "    shelf.dust_again();\n"),
        (ORDER, "depot.recount", "    depot.close();\n"),
        (GIFT, "//! Presents", "//! Not for sale.\n"),
    ] {
        story.insert(path, behind, new);
    }
    story.edit(
        ORDER,
        "shelf.take(order.count)",
        "shelf.take(order.pieces())",
    );
}

/// The text before the removal reads more like what stands there than the text behind it.
fn a_line_in_the_place_of_a_removal(story: &mut Story) {
    let taken = "    let card = card.with_border(giver.taste);\n";
    story.another_assistant().edit(GIFT, taken, "");
    story.lines.forget(taken);
    story.takes(taken, "let card = Card::folded(words.trim());");
    story.insert(
        GIFT,
        "let card = Card::folded",
        "    let sign = sign.read_aloud(words);\n",
    );
}

fn a_variable_renamed_by_another_assistant(story: &mut Story) {
    let claude = story.another_assistant();
    claude.edit_all(ORDER, "order.total", "order.sum");
    claude.edit_all(ORDER, "shelf", "board");
    for line in [
        "order.total.times(share).min(most)",
        "let value = order.total.rounded_up();",
        "let most = rates.most_allowed(order.total, customer.country, customer.kind, Season::of(order.placed_at));",
        "let shelf = depot.shelf_of(&order.article)?;",
        "depot.trail.push(Event::Opened(shelf.id));",
        "let parcel = shelf.take(order.count)?;",
        "depot.recount(&order.article, shelf.room());",
    ] {
        story.lines.forget(line);
    }
    story.says(
        "
u     order.sum.times(share).min(most)
u     let value = order.sum.rounded_up();
u     let most = rates.most_allowed(order.sum, customer.country, customer.kind, Season::of(order.placed_at));
u         order.sum,
u     let board = depot.board_of(&order.article)?;
u     depot.trail.push(Event::Opened(board.id));
u     let parcel = board.take(order.count)?;
u     depot.recount(&order.article, board.room());
",
    );
}

fn an_edit_of_confirmed_text_by_an_assistant(story: &mut Story) {
    let claude = story.another_assistant();
    let offer = "let policy = insurer.offer(value)?;\n";
    let check = "    policy.check(order)?;\n";
    claude.edit(ORDER, offer, &format!("{offer}{check}"));
    claude.edit(ORDER, "order.article.name()", "order.article.full_name()");
    story.lines.forget("let name = order.article.name();");
    story.says(
        "
u     policy.check(order)?;
u     let name = order.article.full_name();
",
    );
}
