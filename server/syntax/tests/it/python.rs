//! Python.

use expect_test::expect;

use crate::check::check;

#[test]
fn a_module_as_it_is_written() {
    check(
        "shop/cart.py",
        r#"#!/usr/bin/env python3
"""Carts."""
from __future__ import annotations

import os
from dataclasses import dataclass

LIMIT = 16
type Row = tuple[int, str]


# One thing to buy.
@dataclass(frozen=True)
class Item:
    """A thing."""

    name: str
    price: int = 0

    @property
    def taxed(self) -> int:
        return self.price * 2
        # never more

    @staticmethod
    async def load(path):
        def inner():
            return open(path)

        return inner()

    class Meta:
        ordering = ["name"]

        def order(self):
            return 1

    after = 1


try:
    import fast
except ImportError:
    def fast(x):
        return x


if os.name == "nt":
    class Shell:
        pass
else:

    def shell():
        pass


square = lambda x: x * x


def total(items):
    return sum(item.price for item in items)


if __name__ == "__main__":
    print(total([]))
"#,
        expect![[r#"
            block 1-8 lines 1-8
            type 9-9 Row
            type 12-18 Item
            method 20-23 Item.taxed
            method 25-30 Item.load
            type 32-33 Item.Meta
            method 35-36 Item.Meta.order
            type 38-38 Item (further)
            block 41-43 lines 41-43
            function 44-45 fast
            block 48-48 line 48
            type 49-50 Shell
            block 51-51 line 51
            function 53-54 shell
            block 57-57 line 57
            function 60-61 total
            block 64-65 lines 64-65
        "#]],
    );
}

#[test]
fn a_class_on_one_line() {
    check(
        "a.py",
        "class A(B): pass\nclass C:\n\tdef f(self): pass\n\tdef g(self): pass\n",
        expect![[r#"
        type 1-1 A
        type 2-2 C
        method 3-3 C.f
        method 4-4 C.g
    "#]],
    );
}
