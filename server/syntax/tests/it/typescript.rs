//! TypeScript and TSX.

use expect_test::expect;

use crate::check::check;

#[test]
fn a_service_as_it_is_written() {
    check(
        "src/service.ts",
        r#"import { Injectable } from "@angular/core";

export interface Order {
  id: number;
  total(): number;
}

export type Id = Order["id"];
declare const VERSION: string;

/** How it is. */
export const enum Status { Open, Closed }

@Injectable({
  providedIn: "root",
})
export class Orders<T extends Order> implements Iterable<T> {
  private readonly all: T[] = [];

  constructor(private readonly http: Http) {}

  find(id: number): T;
  find(id: string): T;
  find(id: unknown): T {
    return this.all[0];
  }

  @Input()
  @Output("x")
  set first(value: T) {
    this.all[0] = value;
  }

  handle = async (event: Event): Promise<void> => {
    await event;
  };

  declare plain: string;
}

abstract class Base {
  abstract area(): number;
  protected twice(): number {
    return this.area() * 2;
  }
}

function parse(text: string): Order;
function parse(text: Buffer): Order;
function parse(text: any): Order {
  return JSON.parse(text);
}

export function load(id: number): Order;
export function load(id: any): Order {
  return parse(id);
}

export const guard = ((x: unknown): x is Order => {
  return true;
}) satisfies Guard;

namespace Util {
  export function noop(): void {}
  export const id = <T,>(x: T) => x;
}

declare module "legacy" {
  export function old(): void;
}

export default abstract class Last {
  run(): void {}
}
"#,
        expect![[r#"
            block 1-1 line 1
            type 3-6 Order
            type 8-8 Id
            block 9-9 line 9
            type 11-12 Status
            type 14-18 Orders
            method 20-20 Orders.constructor
            method 22-26 Orders.find
            method 28-32 Orders.first
            method 34-36 Orders.handle
            type 38-39 Orders (further)
            type 41-42 Base
            method 43-46 Base.twice
            function 48-52 parse
            function 54-57 load
            function 59-61 guard
            module 63-63 namespace Util
            function 64-64 Util.noop
            function 65-66 Util.id
            module 68-70 namespace legacy
            type 72-72 Last
            method 73-74 Last.run
        "#]],
    );
}

#[test]
fn a_typed_component() {
    check(
        "src/App.tsx",
        r#"type Props = { name: string };

const App: React.FC<Props> = ({ name }) => {
  return <p>{name}</p>;
};

export const useStore = create<State>((set) => ({
  count: 0,
}));

export default App;
"#,
        expect![[r#"
            type 1-1 Props
            function 3-5 App
            function 7-9 useStore
            block 11-11 line 11
        "#]],
    );
}
