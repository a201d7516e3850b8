//! Rust.

use expect_test::expect;

use crate::check::check;

#[test]
fn a_module_as_it_is_written() {
    check(
        "src/parser.rs",
        r#"//! Parses orders.

use std::fmt;

const LIMIT: usize = 16;

/// An order as it came in.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    id: u64,
    lines: Vec<&'a str>,
}

pub enum Fault { Empty, Long }

type Result<T> = std::result::Result<T, Fault>;

/// Reads orders.
pub trait Reader {
    type Input;

    /// Reads one.
    fn read(&mut self, input: Self::Input) -> Result<()>;

    /// Reads two.
    fn read_two(&mut self, a: Self::Input, b: Self::Input) -> Result<()> {
        self.read(a)?;
        self.read(b)
    }
}

impl<'a> Order<'a> {
    /// The most lines.
    pub const MOST: usize = LIMIT;

    // An order is never empty.
    #[must_use]

    pub fn first(&self) -> &'a str {
        fn inner(lines: &[&str]) -> usize { lines.len() }
        let skip = |n: usize| n + 1;
        self.lines[skip(inner(&self.lines)) - 2]
    }

    pub(crate) async unsafe fn raw(&self) {}
}

impl fmt::Display for Order<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}

impl From<u64> for Order<'static> { fn from(id: u64) -> Self { Order { id, lines: vec![] } } }

macro_rules! order {
    ($id:expr) => { Order::from($id) };
}

static ALL: &[u64] = &[
    1,
    2,
];

// ---- the entry ----

/// Counts.
pub extern "C" fn count(orders: &[Order]) -> usize { orders.len() } // for C
mod store;
"#,
        expect![[r#"
            block 1-5 lines 1-5
            type 7-12 Order
            type 14-14 Fault
            type 16-16 Result
            type 18-23 Reader
            method 25-30 Reader::read_two
            type 32-34 impl Order
            method 36-43 Order::first
            method 45-46 Order::raw
            type 48-48 impl fmt::Display for Order
            method 49-52 Order::fmt
            type 54-54 impl From<u64> for Order
            macro 56-58 order
            block 60-65 lines 60-65
            function 67-68 count
            block 69-69 line 69
        "#]],
    );
}

#[test]
fn the_functions_of_a_test_module_are_units() {
    check(
        "src/lib.rs",
        r#"pub fn add(a: u32, b: u32) -> u32 { a + b }

#[cfg(test)]
mod tests {
    use super::*;

    struct Case(u32);

    impl Case {
        fn run(&self) {}
    }

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }
}
"#,
        expect![[r#"
            function 1-1 add
            module 3-5 mod tests
            type 7-7 tests::Case
            type 9-9 tests::impl Case
            method 10-11 tests::Case::run
            function 13-17 tests::adds
        "#]],
    );
}

#[test]
fn a_comment_belongs_to_what_is_directly_below_it() {
    check(
        "src/lib.rs",
        r#"fn one() {} // of one

// of nobody

// of two
/* and this */
#[inline]
fn two() {}
//! inner
fn three() {}
let x = 1; // of the statement
fn four() {}
"#,
        expect![[r#"
            function 1-1 one
            block 3-3 line 3
            function 5-8 two
            block 9-9 line 9
            function 10-10 three
            block 11-11 line 11
            function 12-12 four
        "#]],
    );
}

#[test]
fn items_on_one_line_are_of_the_first() {
    check(
        "a.rs",
        "fn a() {} fn b() {\n}\nimpl A { fn c() {\n} fn d() {} }\nimpl B<T>\nwhere T: Copy\n{}\n",
        expect![[r#"
            function 1-2 a
            type 3-3 impl A
            method 4-4 A::c
            type 5-7 impl B
        "#]],
    );
}

#[test]
fn macros_and_foreign_items_are_of_no_unit() {
    check(
        "a.rs",
        r#"extern "C" {
    fn puts(s: *const u8) -> i32;
}
thread_local! {
    static N: u8 = 1;
}
union Both {
    a: u8,
    b: i8,
}
"#,
        expect![[r#"
            block 1-6 lines 1-6
            type 7-10 Both
        "#]],
    );
}

#[test]
fn two_blocks_of_one_name_are_two() {
    check(
        "a.rs",
        "\
impl Foo {
    const A: u8 = 1;

    fn a() {}

    const B: u8 = 2;
}

impl Foo {
    const C: u8 = 3;

    fn c() {}

    const D: u8 = 4;
}
",
        expect![[r#"
            type 1-2 impl Foo
            method 4-4 Foo::a
            type 6-7 impl Foo (further)
            type 9-10 impl Foo
            method 12-12 Foo::c
            type 14-15 impl Foo (further)
        "#]],
    );
}
