//! What black and isort are given.

use crate::survival::fixture::Fixture;

pub(super) const PYTHON: Fixture = Fixture {
    files: &[("src/order.py", ORDER)],
    broken: &BROKEN,
};

const ORDER: &str = r#"
  """Orders, and what becomes of them."""

  import json
u import vouchers
  import money
c import audit
p import customers


  def postage(order, country):
      """What it costs to send it."""
      weight = order.count * GRAMS_EACH
-     if not country:
-         return money.NOTHING
      return money.cents(weight // GRAMS_A_CENT)


u def discount(order, rates, customer):
u     """What a regular customer need not pay."""
u     years = customer.since.elapsed( ).years
p     share = max(rates.share_for(years), customer.promised_share)
u     most = rates.most_allowed(order.total, customer.country, customer.kind, season_of(order.placed_at))
u     return min(order.total.times(share), most)
u
p def cancel(order, desk):
p     """Forgets it again."""
p     reason = desk.ask( 'Why?' )
p     return desk.file(order.article, reason)
p
p
c def insure(order, insurer):
c     """Insures what is dear."""
c     value = { 'total': order.total.rounded_up(), 'country': order.country, 'currency': order.currency }
c     policy = insurer.offer( value )
c     return insurer.sign(policy)
"#;

const BROKEN: [(&str, &str); 2] = [
    (
        "most = rates.most_allowed(order.total, customer.country, customer.kind, season_of(order.placed_at))",
        "
u     most = rates.most_allowed(
u         order.total, customer.country, customer.kind, season_of(order.placed_at)
u     )
",
    ),
    (
        "value = { 'total': order.total.rounded_up(), 'country': order.country, 'currency': order.currency }",
        "
c     value = {
c         'total': order.total.rounded_up(),
c         'country': order.country,
c         'currency': order.currency,
c     }
",
    ),
];
