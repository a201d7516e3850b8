//! Foreign words as they stand in a line.

/// A path, a name, or a sentence with one in it: it may hold anything, also the end of the line.
pub(crate) fn printable(words: &str) -> String {
    let shown = |letter: char| match letter.is_control() {
        true => letter.escape_default().collect(),
        false => String::from(letter),
    };
    words.chars().map(shown).collect()
}
