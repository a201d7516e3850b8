//! Parsing again after edits.

use countersign_syntax::{Language, Point, Tree, TreeEdit, outline, parse, parse_str};
use expect_test::expect;

use crate::check::{check_invariants, listed, never, parsed};
use crate::invariants::Dice;

#[test]
fn a_tree_that_was_only_edited_has_its_units_moved() {
    let mut edited = Edited::new("a.rs", "fn a() {\n}\n\nfn b() {\n}\n");
    edited.replace("fn a", "use x;\nuse y;\n\nfn a");
    let units = edited.tree.units(&edited.text);
    expect![[r#"
        function 1-5 (nameless)
        function 7-8 b
    "#]]
    .assert_eq(&listed(&edited.text, &units));
}

#[test]
fn units_leave_out_what_the_outline_fills() {
    let text = "use x;\n\nfn a() {\n}\n\nconst A: u8 = 1;\n";
    let tree = parsed(Language::of_path("a.rs").unwrap(), text);
    expect![[r#"
        function 3-4 a
    "#]]
    .assert_eq(&listed(text, &tree.units(text)));
    expect![[r#"
        block 1-1 line 1
        function 3-4 a
        block 6-6 line 6
    "#]]
    .assert_eq(&listed(text, &outline(text, Some(&tree))));
}

#[test]
fn a_text_in_chunks_parses_as_one_string() {
    let text = "fn ä() {\n    \"€\"\n}\n\nfn b() {\n}\n".repeat(50);
    let rust = Language::of_path("a.rs").unwrap();
    let chunks = |byte: usize| {
        let end = text.ceil_char_boundary((byte + 7).min(text.len()));
        &text.as_bytes()[byte..end]
    };
    let tree = parse(rust, text.len(), chunks, None, &mut never).unwrap();
    assert_eq!(tree.units(&text), parsed(rust, &text).units(&text));
}

#[test]
fn a_tree_of_another_language_is_not_reused() {
    let text = "def f():\n    pass\n";
    let rust = parsed(Language::of_path("a.rs").unwrap(), text);
    let python = Language::of_path("a.py").unwrap();
    let tree = parse_str(python, text, Some(&rust), &mut never).unwrap();
    assert_eq!(tree.units(text), parsed(python, text).units(text));
}

#[test]
fn an_edit_knows_its_points() {
    let old = "one\ntwo\nthree\n";
    let point = |byte| match byte {
        5 => Point { row: 1, column: 1 },
        9 => Point { row: 2, column: 1 },
        _ => unreachable!("only the borders are asked for"),
    };
    assert_eq!(
        TreeEdit::in_str(old, 5..9, "x\nyy"),
        TreeEdit::new(5..9, "x\nyy", point)
    );
}

#[test]
fn a_parse_after_edits_equals_a_fresh_one() {
    for (path, text) in SOURCES {
        for seed in 0..40 {
            let mut dice = Dice::new(seed);
            let mut edited = Edited::new(path, &text.repeat(5));
            for _ in 0..10 {
                edited.replace_anywhere(&mut dice);
                check_invariants(&edited.text, &outline(&edited.text, Some(&edited.tree)));
            }
            edited.parse_again();
            let fresh = parsed(edited.tree.language(), &edited.text);
            assert_eq!(
                edited.tree.units(&edited.text),
                fresh.units(&edited.text),
                "{path}, seed {seed}"
            );
        }
    }
}

pub(crate) const SOURCES: [(&str, &str); 9] = [
    (
        "a.rs",
        "impl A {\n    /// Doc.\n    fn a(&self) {\n        \"x\"\n    }\n}\n\nfn b() {}\n",
    ),
    (
        "a.py",
        "class A:\n    @x\n    def a(self):\n        return 'x'\n\n\ndef b():\n    pass\n",
    ),
    (
        "a.js",
        "export class A {\n  a() {\n    return `x`;\n  }\n}\n\nconst b = () => {};\n",
    ),
    (
        "a.tsx",
        "interface A {\n  a: string;\n}\n\nexport function B() {\n  return <p>x</p>;\n}\n",
    ),
    (
        "a.go",
        "type A struct {\n\ta string\n}\n\n// Doc.\nfunc (a *A) b() string {\n\treturn \"x\"\n}\n",
    ),
    (
        "A.java",
        "class A {\n  /** Doc. */\n  @X\n  String a() {\n    return \"x\";\n  }\n}\n\nrecord B() {}\n",
    ),
    (
        "a.c",
        "struct a {\n\tint a;\n};\n\n#ifdef X\nint b(void)\n{\n\treturn 'x';\n}\n#endif\n",
    ),
    (
        "a.cpp",
        "class A {\n public:\n  int a() { return 'x'; }\n};\n\ntemplate <typename T>\nT b() {}\n",
    ),
    (
        "a.cs",
        "class A\n{\n    [X]\n    public string B => \"x\";\n}\n\nrecord C(int D);\n",
    ),
];

const INSERTED: [&str; 12] = [
    "x",
    "\n",
    " ",
    "{",
    "}",
    "(",
    ")",
    "\"",
    "fn ",
    "    pass\n",
    "/*",
    "\n\nclass B {}\n",
];

/// A text and its tree, which hears of every edit.
struct Edited {
    text: String,
    tree: Tree,
}

impl Edited {
    fn new(path: &str, text: &str) -> Edited {
        let tree = parsed(Language::of_path(path).unwrap(), text);
        Edited {
            text: text.to_owned(),
            tree,
        }
    }

    fn replace(&mut self, old: &str, new: &str) {
        let start = self.text.find(old).unwrap();
        self.replace_bytes(start..start + old.len(), new);
    }

    fn replace_anywhere(&mut self, dice: &mut Dice) {
        let start = dice.below(self.text.len() + 1);
        let end = (start + dice.below(6)).min(self.text.len());
        self.replace_bytes(start..end, INSERTED[dice.below(INSERTED.len())]);
    }

    fn replace_bytes(&mut self, bytes: std::ops::Range<usize>, new: &str) {
        self.tree
            .edit(&TreeEdit::in_str(&self.text, bytes.clone(), new));
        self.text.replace_range(bytes, new);
    }

    fn parse_again(&mut self) {
        self.tree = parse_str(
            self.tree.language(),
            &self.text,
            Some(&self.tree),
            &mut never,
        )
        .unwrap();
    }
}

#[test]
fn a_tree_may_be_parsed_on_another_thread() {
    fn check<T: Send + Sync + Clone + 'static>() {}
    check::<Tree>();
}
