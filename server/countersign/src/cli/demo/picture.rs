//! A diagnostic with its source line, as compilers print theirs.

use super::editor::Diagnostic;
use super::page::{ASIDE, MARK, TITLE, painted};

/// The lines of the picture.
pub(super) fn lines(diagnostic: &Diagnostic, path: &str, text: &str) -> [String; 3] {
    let Diagnostic {
        line,
        from,
        to,
        severity,
        code,
        message,
        ..
    } = diagnostic;
    let source = text.lines().nth(*line).unwrap_or_default();
    let end = if diagnostic.last_line > *line {
        source.chars().count()
    } else {
        *to
    };
    let number = line + 1;
    let place = format!("{path}:{number}:{}", from + 1);
    let kind = painted(MARK, format!("{severity}[{code}]"));
    let margin = " ".repeat(number.to_string().len());
    let before = " ".repeat(*from);
    let under = painted(MARK, "^".repeat(end.saturating_sub(*from).max(1)));
    [
        format!("{}: {kind}: {message}", painted(TITLE, place)),
        format!("{} {source}", painted(ASIDE, format!("{number} |"))),
        format!("{} {before}{under}", painted(ASIDE, format!("{margin} |"))),
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
        let drawn = lines(&diagnostic, "a.rs", text).join("\n") + "\n";
        expected.assert_eq(&anstream::adapter::strip_str(&drawn).to_string());
    }

    #[test]
    fn the_source_line_is_underlined_where_the_diagnostic_is() {
        check(
            1,
            1,
            (4, 15),
            expect![[r#"
                a.rs:2:5: info[unreviewed]: `pay`: 1 line by Claude Code, unreviewed
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
                a.rs:3:2: info[unreviewed]: `pay`: 1 line by Claude Code, unreviewed
                3 | }
                  |  ^
            "#]],
        );
        check(
            0,
            2,
            (3, 1),
            expect![[r#"
                a.rs:1:4: info[unreviewed]: `pay`: 1 line by Claude Code, unreviewed
                1 | fn pay() {
                  |    ^^^^^^^
            "#]],
        );
    }
}
