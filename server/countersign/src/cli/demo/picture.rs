//! A diagnostic with its source line, as compilers print theirs.

use super::editor::Diagnostic;

/// The lines of the picture.
pub(super) fn lines(diagnostic: &Diagnostic, path: &str, text: &str) -> Vec<String> {
    let Diagnostic { line, from, to, .. } = *diagnostic;
    let source = text.lines().nth(line).unwrap_or_default();
    let end = if diagnostic.last_line > line {
        source.chars().count()
    } else {
        to
    };
    let number = (line + 1).to_string();
    let margin = " ".repeat(number.len());
    let under = format!(
        "{}{}",
        " ".repeat(from),
        "^".repeat(end.saturating_sub(from).max(1))
    );
    vec![
        format!(
            "{}[{}]: {}",
            diagnostic.severity, diagnostic.code, diagnostic.message
        ),
        format!("{margin}--> {path}:{number}:{}", from + 1),
        format!("{margin} |"),
        format!("{number} | {source}"),
        format!("{margin} | {under}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(line: usize, last_line: usize, (from, to): (usize, usize), expected: Expect) {
        let diagnostic = Diagnostic {
            line,
            last_line,
            from,
            to,
            severity: "info",
            code: "unreviewed".into(),
            message: "`pay`: 1 line by Claude Code, unreviewed".into(),
        };
        let text = "fn pay() {\n    total += 1;\n}\n";
        expected.assert_eq(&(lines(&diagnostic, "a.rs", text).join("\n") + "\n"));
    }

    #[test]
    fn the_source_line_is_underlined_where_the_diagnostic_is() {
        check(
            1,
            1,
            (4, 15),
            expect![[r#"
                info[unreviewed]: `pay`: 1 line by Claude Code, unreviewed
                 --> a.rs:2:5
                  |
                2 |     total += 1;
                  |     ^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn an_empty_place_is_pointed_at_and_a_long_one_ends_with_its_line() {
        check(
            2,
            2,
            (1, 1),
            expect![[r#"
                info[unreviewed]: `pay`: 1 line by Claude Code, unreviewed
                 --> a.rs:3:2
                  |
                3 | }
                  |  ^
            "#]],
        );
        check(
            0,
            2,
            (3, 1),
            expect![[r#"
                info[unreviewed]: `pay`: 1 line by Claude Code, unreviewed
                 --> a.rs:1:4
                  |
                1 | fn pay() {
                  |    ^^^^^^^
            "#]],
        );
    }
}
