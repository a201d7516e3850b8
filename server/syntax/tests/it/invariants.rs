//! What holds for every text: units are whole lines, sorted and disjoint, and hold every line that
//! is not blank.

use countersign_syntax::outline_of;
#[cfg(feature = "lang-rust")]
use countersign_syntax::{Language, outline};

#[cfg(feature = "lang-rust")]
use crate::check::parsed;
use crate::check::{check_invariants, never};

#[test]
fn for_garbage_in_every_language() {
    let paths = [
        "a.c", "a.cpp", "a.cs", "a.go", "a.java", "a.js", "a.py", "a.rs", "a.ts", "a.tsx", "a.txt",
    ];
    for path in paths {
        for seed in 0..150 {
            let text = garbage(&mut Dice::new(seed));
            check_invariants(&text, &outline_of(path, &text, &mut never).units);
        }
    }
}

#[cfg(feature = "lang-rust")]
#[test]
fn for_a_tree_of_another_text() {
    let rust = Language::of_path("a.rs").unwrap();
    for seed in 0..150 {
        let mut dice = Dice::new(seed);
        let tree = parsed(rust, &garbage(&mut dice));
        let text = garbage(&mut dice);
        check_invariants(&text, &outline(&text, Some(&tree)));
    }
}

/// Pieces of code and of nonsense in no order.
fn garbage(dice: &mut Dice) -> String {
    (0..dice.below(120))
        .map(|_| PIECES[dice.below(PIECES.len())])
        .collect()
}

#[cfg_attr(not(feature = "all-languages"), allow(dead_code))]
pub(crate) const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "    ",
    "\t",
    "\0",
    "\u{feff}",
    "é",
    "€",
    "{",
    "}",
    "(",
    ")",
    ";",
    ":",
    ",",
    "'",
    "\"",
    "`",
    "/*",
    "*/",
    "// x",
    "/// x",
    "//! x",
    "# x",
    "#[test]",
    "@x",
    "fn a() {}",
    "fn b(",
    "impl A {",
    "mod m {",
    "struct S { a: u8 }",
    "trait T {",
    "macro_rules! m {",
    "def f(self):\n",
    "class A:\n",
    "class B {",
    "if x:\n",
    "pass\n",
    "export ",
    "default ",
    "const f = () => {",
    "function g() {}",
    "interface I {",
    "describe('x', () => {",
    "it('y', () => {})",
    "<p>",
    "</p>",
    "return x",
    "namespace N {",
    "type X = 1",
    "=>",
    "= ",
    "func (s *S[T]) m() {",
    "type (",
    "#if X\n",
    "#endif\n",
    "#define M(a) \\\n",
    "TEST(a, b)",
    "int k(a, b) int a;",
    "template <typename T>",
    "class E F : public G {",
    "~H() {}",
    "operator bool() const {}",
    "auto l = [](int x) {",
    "extern \"C\" {",
    "[Fact]",
    "public int P { get; set; }",
    "record R(int A);",
    "@Override",
    "Runnable r = new Runnable() {",
];

/// A small generator of numbers, the same for the same seed everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % bound as u64).unwrap()
    }
}
