//! Bad input, and a world that does not cooperate.

mod damage;
mod full_disk;
pub(crate) mod kill;
mod no_git;
mod payloads;
mod taken_away;
mod unwritable;

use crate::support::editor::Editor;

/// A function of an assistant.
const REFUND: &str = "\
fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
    let left = receipt.total - receipt.refunded;
    let amount = amount.min(left);
    bank::give_back(receipt.card, amount)?;
    Ok(())
}
";

/// Waits until the server shows a message with these words.
#[track_caller]
fn is_told(editor: &mut Editor, words: &str) {
    editor.wait(words, |editor| {
        let mut messages = editor.notified.iter();
        let shown = |it: &serde_json::Value| {
            let message = it["params"]["message"].as_str().unwrap_or_default();
            it["method"] == "window/showMessage" && message.contains(words)
        };
        messages.any(shown).then_some(())
    });
}
