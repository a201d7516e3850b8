//! The pure core: texts, edits, regions and how their state is carried.
//!
//! Nothing here can fail, looks at a clock or touches the world.

pub mod align;
pub mod carry;
pub mod document;
pub mod fact;
mod fingerprint;
pub mod found;
pub mod hunk;
mod prints;
pub mod region;
pub mod removal;
pub mod review;
pub mod text;
mod token;

pub use fact::*;
pub use fingerprint::{fingerprints, printed_runs};
pub use prints::{Prints, Run, prints};
pub use region::{Mark, Regions, Span, Stretch};
pub use text::{Encoding, InkIndex, Inked, Position, Reading, Text, ink_of, is_ink};
pub use token::{count_tokens, whole_words};
