//! The difference of two texts, as people read it.

use std::fmt;

use imara_diff::{
    Algorithm, Diff, InternedInput, Interner, Token, UnifiedDiffConfig, UnifiedDiffPrinter,
};

/// A unified diff of two texts, without the two lines that name the files. Empty where they are equal.
pub(crate) fn unified(before: &str, after: &str) -> String {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let lines = Lines(&input.interner);
    diff.unified_diff(&lines, UnifiedDiffConfig::default(), &input)
        .to_string()
}

struct Lines<'a>(&'a Interner<&'a str>);

impl Lines<'_> {
    fn line(&self, mut f: impl fmt::Write, sign: char, token: Token) -> fmt::Result {
        let line = self.0[token];
        let text = line.strip_suffix('\n').unwrap_or(line);
        writeln!(
            f,
            "{sign}{}",
            harmless(text.strip_suffix('\r').unwrap_or(text))
        )?;
        match line.ends_with('\n') {
            true => Ok(()),
            false => writeln!(f, "\\ No newline at end of file"),
        }
    }
}

impl UnifiedDiffPrinter for Lines<'_> {
    fn display_header(
        &self,
        mut f: impl fmt::Write,
        start_before: u32,
        start_after: u32,
        len_before: u32,
        len_after: u32,
    ) -> fmt::Result {
        // Of an empty side the line before it is named, as `diff -u` does.
        let start = |start: u32, len: u32| start + u32::from(len > 0);
        let (before, after) = (
            start(start_before, len_before),
            start(start_after, len_after),
        );
        writeln!(f, "@@ -{before},{len_before} +{after},{len_after} @@")
    }

    fn display_context_token(&self, f: impl fmt::Write, token: Token) -> fmt::Result {
        self.line(f, ' ', token)
    }

    fn display_hunk(
        &self,
        mut f: impl fmt::Write,
        before: &[Token],
        after: &[Token],
    ) -> fmt::Result {
        let gone = before.iter().map(|token| ('-', *token));
        for (sign, token) in gone.chain(after.iter().map(|token| ('+', *token))) {
            self.line(&mut f, sign, token)?;
        }
        Ok(())
    }
}

/// Without what a terminal would obey.
fn harmless(line: &str) -> String {
    let shown = |c: char| match c {
        '\t' => "\t".to_owned(),
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    line.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_new_text_has_only_new_lines() {
        expect![[r"
            @@ -0,0 +1,2 @@
            +a
            +b
        "]]
        .assert_eq(&unified("", "a\nb\n"));
    }

    #[test]
    fn a_lacking_line_end_and_what_a_terminal_would_obey_are_shown() {
        expect![[r"
            @@ -1,2 +1,3 @@
             a
            -\u{1b}[31mb
            \ No newline at end of file
            +\u{1b}[31mb
            +c
            \ No newline at end of file
        "]]
        .assert_eq(&unified("a\r\n\u{1b}[31mb", "a\r\n\u{1b}[31mb\nc"));
    }

    #[test]
    fn equal_texts_have_none() {
        assert_eq!(unified("a\n", "a\n"), "");
    }
}
