//! What prettier is given.

use crate::survival::fixture::Fixture;

pub(super) const TYPESCRIPT: Fixture = Fixture {
    files: &[("src/order.ts", ORDER)],
    broken: &BROKEN,
};

const ORDER: &str = r#"
  // Orders, and what becomes of them.

  import { cents } from './money'
u import { redeem } from './vouchers'
c import { trail } from './audit'
p import { Customer } from './customers'

  /** What it costs to send it. */
  export function postage(order: Order, country: string): Money {
      const weight = order.count * gramsEach
-     if (country === '') {
-         return nothing
-     }
      return cents(weight / gramsACent)
  }

u /** What a regular customer need not pay. */
u export function discount(order: Order, rates: Rates, customer: Customer): Money {
u     const years = customer.since.elapsed( ).years
p     const share = Math.max(rates.shareFor(years), customer.promisedShare)
u     const most = rates.mostAllowed(order.total, customer.country, customer.kind, seasonOf(order.placedAt))
u     return order.total.times(share).atMost(most)
u }
u
p /** Forgets it again. */
p export function cancel(order: Order, desk: Desk): Receipt {
p   const reason = desk.ask('Why?')
p   return desk.file(order.article, reason)
p }
p
c /** Insures what is dear. */
c export function insure(order: Order, insurer: Insurer): Policy {
c     const value = order.total.roundedUp()
c     if (value < insurer.least()) { throw new TooCheap(value) }
c     const policy = insurer.offer({total: value, country: order.country, currency: order.currency, kind: order.kind})
c     return insurer.sign(policy)
c }
"#;

const BROKEN: [(&str, &str); 4] = [
    (
        "export function discount(order: Order, rates: Rates, customer: Customer): Money {",
        "
u export function discount(
u   order: Order,
u   rates: Rates,
u   customer: Customer,
u ): Money {
",
    ),
    (
        "const most = rates.mostAllowed(order.total, customer.country, customer.kind, seasonOf(order.placedAt))",
        "
u   const most = rates.mostAllowed(
u     order.total,
u     customer.country,
u     customer.kind,
u     seasonOf(order.placedAt),
u   );
",
    ),
    (
        "if (value < insurer.least()) { throw new TooCheap(value) }",
        "
c   if (value < insurer.least()) {
c     throw new TooCheap(value);
c   }
",
    ),
    (
        "const policy = insurer.offer({total: value, country: order.country, currency: order.currency, kind: order.kind})",
        "
c   const policy = insurer.offer({
c     total: value,
c     country: order.country,
c     currency: order.currency,
c     kind: order.kind,
c   });
",
    ),
];
