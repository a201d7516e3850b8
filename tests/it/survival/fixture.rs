//! The files that every row begins with, drawn with who answers for each line.
//!
//! The first letter of a line: ` ` a person wrote it, and it is in the first commit; `p` a person wrote it later; `u` an
//! assistant wrote it and nobody has looked at it; `c` an assistant wrote it and a person confirmed it; `-` it was in
//! the first commit, and an assistant took it away; `~` the same, where the next line stands in its place.
//! No two lines are alike, but for those that only close something.

/// Files, and what a formatter makes of their lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fixture {
    /// Path and drawing.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// Lines that the formatter breaks, and what it makes of them.
    pub(super) broken: &'static [(&'static str, &'static str)],
}

/// The one of the matrix.
pub(super) const RUST: Fixture = Fixture {
    files: &FILES,
    broken: &BROKEN,
};

/// Two functions that an assistant wrote, its lines in those of a person and a person's line in its own, imports of
/// all three, a check that it took away. What rustfmt sets right stands in each.
pub(super) const ORDER: &str = r#"
  //! Orders, and what becomes of them.

  use crate::depot::Depot;
u use crate::vouchers::Voucher;
  use crate::money::Money;
c use crate::audit::Trail;
p use crate::customers::Customer;

  /// What a customer wants.
  pub struct Order {
      pub article: Article,
      pub count: u32,
      pub total: Money,
  }

  /// What it costs to send it.
  pub fn postage(order: &Order, country: &str) -> Money {
      let weight = order.count * GRAMS_EACH;
-     if country.is_empty() {
-         return Money::ZERO;
-     }
      Money::cents(weight / GRAMS_A_CENT)
  }

  /// Takes it out of the depot.
  pub fn take(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
      let shelf = depot.shelf_of(&order.article)?;
u     depot.trail.push(Event::Opened(shelf.id));
      let parcel = shelf.take(order.count)?;
      if parcel.is_damaged() { depot.complain(&parcel) }
c     depot.recount(&order.article, shelf.room());
      Ok(parcel)
  }

u /// What a regular customer need not pay.
u pub fn discount(order: &Order, rates: &Rates, customer: &Customer) -> Money {
u     let years = customer.since.elapsed().years();
u   let share = rates.share_for(years).unwrap_or(Share::NONE);
p     let share = share.max(customer.promised);
u     let most = rates.most_allowed(order.total, customer.country, customer.kind, Season::of(order.placed_at));
u     order.total.times(share).min(most)
u }
u
p /// Forgets it again.
p pub fn cancel(order: Order, desk: &mut Desk) -> Receipt {
p     let reason = desk.ask("Why?");
p   desk.file(order.article, reason)
p }
p
c /// Insures what is dear.
c pub fn insure(order: &Order, insurer: &mut Insurer) -> Result<Policy, Refused> {
c     let value = order.total.rounded_up();
c     if value < insurer.least() { return Err(Refused::TooCheap) }
c   let policy = insurer.offer(value)?;
c     insurer.sign(policy)
c }
c
  /// What stands on the parcel.
  pub fn label(order: &Order, printer: &Printer) -> Sticker {
      let name = order.article.name();
~     let lines = [name, "with care"];
u     let lines = [name, order.article.fragility()];
      printer.print(lines.join("\n"))
  }
"#;

/// A file that was not there before the assistant wrote it.
pub(super) const GIFT: &str = r#"
u //! Presents, and who gets them.
u
c /// Wraps it in paper.
c pub fn wrap(parcel: Parcel, papers: &mut Papers) -> Present {
c     let sheet = papers.largest_under(parcel.girth());
c     Present { parcel, sheet, bow: Bow::red() }
c }
u
u /// Writes what the giver wants to say.
u pub fn greet(present: &mut Present, giver: &Person, words: &str) {
u     let card = Card::folded(words.trim());
p     let card = card.with_border(giver.taste);
u     present.attach(card.signed_by(giver.first_name()));
u }
p
p /// Who may open it, and when.
p pub fn open_from(present: &Present, calendar: &Calendar) -> Date {
p     calendar.birthday_of(present.recipient)
p }
"#;

/// A person's file.
pub(super) const DESK: &str = r#"
  //! The desk where customers ask.

  /// Sits between the door and the shelves.
  pub struct Desk {
      pub clerk: Person,
      files: Vec<Letter>,
  }

  /// Whom to ask first.
  pub fn clerk_for(desks: &[Desk], question: &Question) -> Option<Person> {
      let known = |desk: &&Desk| desk.clerk.knows(question.subject());
      desks.iter().find(known).map(|desk| desk.clerk.clone())
  }
"#;

/// Where they lie.
const FILES: [(&str, &str); 3] = [
    ("src/order.rs", ORDER),
    ("src/gift.rs", GIFT),
    ("src/desk.rs", DESK),
];

/// What rustfmt makes of the lines that it breaks.
pub(super) const BROKEN: [(&str, &str); 4] = [
    (
        "if parcel.is_damaged() { depot.complain(&parcel) }",
        "
      if parcel.is_damaged() {
          depot.complain(&parcel)
      }
",
    ),
    (
        "let most = rates.most_allowed(order.total, customer.country, customer.kind, Season::of(order.placed_at));",
        "
u     let most = rates.most_allowed(
u         order.total,
u         customer.country,
u         customer.kind,
u         Season::of(order.placed_at),
u     );
",
    ),
    (
        "if value < insurer.least() { return Err(Refused::TooCheap) }",
        "
c     if value < insurer.least() {
c         return Err(Refused::TooCheap);
c     }
",
    ),
    (
        "Present { parcel, sheet, bow: Bow::red() }",
        "
c     Present {
c         parcel,
c         sheet,
c         bow: Bow::red(),
c     }
",
    ),
];
