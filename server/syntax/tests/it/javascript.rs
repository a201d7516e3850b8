//! JavaScript.

use expect_test::expect;

use crate::check::check;

#[test]
fn a_component_as_it_is_written() {
    check(
        "src/Cart.jsx",
        r#""use strict";
import React, { memo, useState } from "react";

const TAX = 0.2;

/**
 * The cart.
 */
export default function Cart({ items }) {
  const [open, setOpen] = useState(false);
  const toggle = () => setOpen(!open);
  function inner() {}
  return <div onClick={toggle}>{items.map((i) => <Row key={i.id} {...i} />)}</div>;
}

// A row.
export const Row = memo(({ name }) => {
  return <li>{name}</li>;
});

const prices = items.map((item) => item.price);
const double = (x) => x * 2, half = (x) => x / 2;
let later = async function () {
  await 1;
};

export class Store extends Base {
  static all = new Map();
  #count = 0;

  constructor() {
    super();
  }

  get size() { return this.#count; }

  // Adds one.
  add = (item) => {
    this.#count += 1;
  };

  static *[Symbol.iterator]() {
    yield 1;
  }
}

const Local = class {
  run() {}
};

module.exports = { Store };
exports.sum = function sum(a, b) {
  return a + b;
};

if (process.env.DEBUG) {
  function debug() {
    console.log("on");
  }
}
"#,
        expect![[r#"
            block 1-4 lines 1-4
            function 6-14 Cart
            function 16-19 Row
            block 21-21 line 21
            function 22-22 double
            function 23-25 later
            type 27-29 Store
            method 31-33 Store.constructor
            method 35-35 Store.size
            method 37-40 Store.add
            method 42-45 Store.[Symbol.iterator]
            type 47-47 Local
            method 48-49 Local.run
            block 51-51 line 51
            function 52-54 exports.sum
            block 56-56 line 56
            function 57-60 debug
        "#]],
    );
}

#[test]
fn tests_are_units() {
    check(
        "src/cart.test.js",
        r#"import { add } from "./cart";

describe("a cart", () => {
  let cart;
  beforeEach(() => {
    cart = [];
  });

  it("is empty", () => {
    expect(cart).toEqual([]);
  });

  describe.skip("with items", function () {
    it.each([1, 2])("adds %d", (n) => {
      add(cart, n);
    });

    test(`counts`, async () => {
      expect(cart.length).toBe(1);
    });
  });
});

for (const n of [1, 2]) {
  // Once for each.
  test.runIf(ready)(`adds ${n}`, () => {
    add([], n);
  });
}

app.get("/", (request, response) => {
  response.send("");
});
"#,
        expect![[r#"
            block 1-1 line 1
            module 3-7 a cart
            function 9-11 is empty
            module 13-13 with items
            function 14-16 adds %d
            function 18-22 counts
            block 24-24 line 24
            function 25-28 adds ${n}
            block 29-33 lines 29-33
        "#]],
    );
}

#[test]
fn an_object_with_methods_is_a_type() {
    check(
        "a.js",
        "const shop = {
  tax: 2,
  pay() {
    return 1;
  },
  refund: () => {
    return 2;
  },
};
const plain = { a: 1 };
send({ done() {} });
",
        expect![[r#"
            type 1-2 shop
            method 3-5 shop.pay
            method 6-9 shop.refund
            block 10-11 lines 10-11
        "#]],
    );
}

#[test]
fn what_is_exported_without_a_name_is_default() {
    check(
        "a.mjs",
        "export default () => {\n  return 1;\n};\n",
        expect![[r#"
        function 1-3 default
    "#]],
    );
    check(
        "a.mjs",
        "export default class {\n  run() {}\n}\n",
        expect![[r#"
        type 1-1 default
        method 2-3 default.run
    "#]],
    );
    check(
        "a.mjs",
        "export default function () {\n}\nexport { a } from 'a';\n",
        expect![[r#"
        function 1-2 default
        block 3-3 line 3
    "#]],
    );
    check(
        "a.cjs",
        "export default memo(function Named() {\n});\n",
        expect![[r#"
        function 1-2 default
    "#]],
    );
}
