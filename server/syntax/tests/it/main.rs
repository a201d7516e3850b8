//! What the outline of a text is, language by language, and what holds for every text.
#![allow(clippy::unwrap_used)] // A test says what went wrong by failing.

mod blocks;
mod check;
mod damaged;
mod incremental;
mod invariants;
mod javascript;
mod languages;
mod python;
mod rust;
mod typescript;
