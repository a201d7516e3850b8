//! The lines that git writes into a file whose two sides it cannot merge. They are nobody's text.

use std::ops::Range;

/// How those begin that nobody else writes: our side, what both come from, the end of their side.
const MARKS: [&str; 3] = ["<<<<<<< ", "||||||| ", ">>>>>>> "];
/// What stands between the sides; it may also be a person's line, below a heading.
const BETWEEN: &str = "=======";

/// These lines, in bytes; also where some of them have gone already.
pub(crate) fn lines(text: &str) -> Vec<Range<u32>> {
    let mut at = 0;
    let mut lines = Vec::new();
    let mut is_open = false;
    for line in text.split_inclusive('\n') {
        let bytes = at..at + line.len() as u32;
        at = bytes.end;
        let is_mark = MARKS.iter().any(|mark| line.starts_with(mark));
        is_open |= is_mark;
        if is_mark || line.trim_end() == BETWEEN {
            lines.push(bytes);
        }
    }
    match is_open {
        true => lines,
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_open_conflict() {
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n";
        let of = |text: &str| -> String {
            let lines = lines(text).into_iter();
            lines
                .map(|line| &text[line.start as usize..line.end as usize])
                .collect()
        };
        assert_eq!(of(text), "<<<<<<< HEAD\n=======\n>>>>>>> topic\n");
        assert_eq!(
            of("b\n=======\nc\n>>>>>>> topic\n"),
            "=======\n>>>>>>> topic\n"
        );
        assert_eq!(of("Title\n=======\n"), "", "a heading");
    }
}
