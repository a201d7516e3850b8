//! What gofmt is given.

use crate::survival::fixture::Fixture;

pub(super) const GO: Fixture = Fixture {
    files: &[("src/order.go", ORDER)],
    broken: &[],
};

const ORDER: &str = r#"
  // Package shop has orders, and what becomes of them.
  package shop

  import (
  	"shop/money"
u 	"shop/vouchers"
c 	"shop/audit"
p 	"shop/customers"
  )

  // Postage is what it costs to send it.
  func Postage(order *Order, country string) money.Money {
  	weight := order.Count*gramsEach
- 	if country == "" {
- 		return money.Nothing
- 	}
  	return money.Cents(weight / gramsACent)
  }

u // Discount is what a regular customer need not pay.
u func Discount(order *Order, rates *Rates, customer *customers.Customer) money.Money {
u     years := customer.Since.Elapsed().Years()
p     share := max(rates.ShareFor( years ), customer.PromisedShare)
u     most := rates.MostAllowed(order.Total,customer.Country,customer.Kind)
u     return order.Total.Times(share).AtMost(most)
u }
u
p // Cancel forgets it again.
p func Cancel(order *Order, desk *Desk) Receipt {
p   reason := desk.Ask("Why?")
p   return desk.File(order.Article, reason)
p }
p
c // Insure insures what is dear.
c func Insure(order *Order, insurer *Insurer) Policy {
c     value := Value{Total: order.Total.RoundedUp(), Country: order.Country}
c     policy := insurer.Offer(value)
c     return insurer.Sign(policy)
c }
"#;
