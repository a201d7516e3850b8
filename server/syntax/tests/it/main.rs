//! What the outline of a text is, language by language, and what holds for every text.
#![allow(clippy::unwrap_used)] // A test says what went wrong by failing.

#[cfg(feature = "all-languages")]
mod again;
mod blocks;
#[cfg(feature = "lang-c")]
mod c;
mod check;
#[cfg(feature = "lang-cpp")]
mod cpp;
#[cfg(feature = "lang-csharp")]
mod csharp;
#[cfg(feature = "all-languages")]
mod damaged;
#[cfg(feature = "lang-go")]
mod go;
#[cfg(feature = "all-languages")]
mod incremental;
mod invariants;
#[cfg(feature = "lang-java")]
mod java;
#[cfg(feature = "lang-javascript")]
mod javascript;
mod languages;
#[cfg(feature = "lang-python")]
mod python;
#[cfg(feature = "lang-rust")]
mod rust;
#[cfg(feature = "lang-typescript")]
mod typescript;
