//! Text that is broken, or strange, or huge.

use std::fmt::Write;

use countersign_syntax::{LONGEST_PARSED, Language, outline, outline_of, parse_str};
use expect_test::expect;

use crate::check::{check, check_invariants, listed, never};

#[test]
fn units_before_a_break_stay() {
    check(
        "src/lib.rs",
        "/// Adds.\nfn add(a: u8) -> u8 {\n    a\n}\n\nstruct S {\n    a: u8,\n}\n\nfn broken( {\n    let x = ;\n",
        expect![[r#"
            function 1-4 add
            type 6-8 S
            block 10-11 lines 10-11
        "#]],
    );
    check(
        "a.py",
        "class A:\n    def one(self):\n        return 1\n\n    def two(self:\n        return (\n",
        expect![[r#"
            block 1-1 line 1
            function 2-3 one
            block 5-6 lines 5-6
        "#]],
    );
    check(
        "a.ts",
        "export function one(): void {\n  f();\n}\n\nclass B {\n  two() {\n  }\n  three( {\n",
        expect![[r#"
            function 1-3 one
            block 5-5 line 5
            method 6-7 B.two
            block 8-8 line 8
        "#]],
    );
}

#[test]
fn a_file_of_one_language_named_as_another() {
    check(
        "a.rs",
        "def f(self):\n    return 'x\n\nclass A:\n    pass\n",
        expect![[r#"
        block 1-5 lines 1-5
    "#]],
    );
}

#[test]
fn line_ends_of_two_bytes() {
    check(
        "a.rs",
        "use a;\r\n\r\n/// Doc.\r\nfn f() {\r\n}\r\n\r\nfn g() {}\r\n",
        expect![[r#"
        block 1-1 line 1
        function 3-5 f
        function 7-7 g
    "#]],
    );
    check(
        "a.py",
        "import a\r\n\r\n# doc\r\ndef f():\r\n    pass\r\n",
        expect![[r#"
        block 1-1 line 1
        function 3-5 f
    "#]],
    );
}

#[test]
fn a_byte_order_mark() {
    check(
        "a.rs",
        "\u{feff}fn f() {}\nfn g() {}\n",
        expect![[r#"
        function 1-1 f
        function 2-2 g
    "#]],
    );
    check(
        "a.py",
        "\u{feff}def f():\n    pass\n",
        expect![[r#"
        function 1-2 f
    "#]],
    );
    check(
        "a.ts",
        "\u{feff}function f() {\n}\n",
        expect![[r#"
        function 1-2 f
    "#]],
    );
}

#[test]
fn zero_bytes_and_nothing() {
    check(
        "a.rs",
        "fn a() {}\n\0\0\nfn b() {}\n",
        expect![[r#"
        function 1-1 a
        block 2-2 line 2
        function 3-3 b
    "#]],
    );
    check("a.rs", "", expect![[""]]);
    check(
        "a.py",
        "\0",
        expect![[r#"
        block 1-1 line 1
    "#]],
    );
}

#[test]
fn a_minified_line() {
    let text = "function a(b){return b+1}var c={d:[1,2,3]};".repeat((1 << 20) / 43);
    check(
        "a.min.js",
        &text,
        expect![[r#"
        function 1-1 a
    "#]],
    );
}

#[test]
fn deep_nesting() {
    let text = "mod a { ".repeat(20_000) + "fn f() {}";
    check_invariants(&text, &outline_of("a.rs", &text, &mut never).units);
    for opening in ["(", "[", "{", "if (a) {\n", "a(", "<T"] {
        let text = opening.repeat(20_000);
        check_invariants(&text, &outline_of("a.ts", &text, &mut never).units);
    }
    let openings = [
        ("a.c", "#if A\n"),
        ("a.c", "int (*"),
        ("a.cpp", "namespace a {\n"),
        ("a.cpp", "template <"),
        ("a.cs", "class A { "),
        ("A.java", "class A { "),
        ("a.go", "func("),
    ];
    for (path, opening) in openings {
        let text = opening.repeat(5_000);
        check_invariants(&text, &outline_of(path, &text, &mut never).units);
    }
    let text: String = (0..500).fold(String::new(), |mut text, depth| {
        writeln!(text, "{}class A:", " ".repeat(depth)).unwrap();
        text
    });
    check_invariants(&text, &outline_of("a.py", &text, &mut never).units);
}

#[test]
fn a_text_too_long_to_parse_is_blocks() {
    let text = "fn f() {}\n\n".repeat(LONGEST_PARSED / 11 + 1);
    let units = outline_of("a.rs", &text, &mut never).units;
    check_invariants(&text, &units);
    expect![[r#"
        block 1-59 lines 1-59
        block 61-119 lines 61-119
    "#]]
    .assert_eq(&listed(&text, &units[..2]));
}

#[test]
fn a_stopped_parse_gives_blocks() {
    let paths = [
        "a.c", "a.cpp", "a.cs", "a.go", "A.java", "a.js", "a.py", "a.rs", "a.ts",
    ];
    for path in paths {
        let text = "class A { int f() { return 1; } }\n\n".repeat(5000);
        let language = Language::of_path(path).unwrap();
        let mut steps = 0;
        let mut stop = || {
            steps += 1;
            steps > 3
        };
        assert!(parse_str(language, &text, None, &mut stop).is_none());
        assert!(parse_str(language, "x", None, &mut || true).is_none());
        let units = outline_of(path, &text, &mut || true).units;
        assert_eq!(units, outline(&text, None));
    }
}

#[test]
fn a_name_has_bounds() {
    let text = format!(
        "impl Into<{}> for A {{\n    fn a() {{}}\n}}\n",
        "Vec<\n".repeat(200) + &">".repeat(200)
    );
    let units = outline_of("a.rs", &text, &mut never).units;
    assert!(
        units
            .iter()
            .all(|unit| unit.name.chars().count() < 200 && !unit.name.contains('\n')),
        "{units:?}"
    );
}
