//! What the pure core does, told in the language of [`fixture`].
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "in tests an unwrap is an assertion"
)]
#![allow(
    clippy::single_range_in_vec_init,
    reason = "lists of ranges are often of one"
)]

mod fixture;
mod found;

mod act;
mod align;
mod carry;
mod carry_model;
mod document;
mod edit;
mod hostile;
mod hunk;
mod lines;
mod model;
mod paste;
mod prints;
mod removal;
mod slider;
mod text;
mod undo;
