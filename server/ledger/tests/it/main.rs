//! The ledger with a real SQLite, and git with the real git.

#![allow(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod caches;
mod compact;
mod damage;
mod facts;
mod fixture;
mod history;
mod hostile;
mod looks;
mod notes;
mod places;
mod questions;
mod records;
mod repair;
mod several;
mod spool;
mod stored;
