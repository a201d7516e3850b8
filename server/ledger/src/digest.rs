//! Digests as lower-case hex.

use std::fmt::Write as _;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// SHA-1 over the parts, one after the other: git's ids in most repositories.
pub(crate) fn sha1(parts: &[&[u8]]) -> String {
    let mut digest = Sha1::new();
    parts.iter().for_each(|part| digest.update(part));
    hex(&digest.finalize())
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    hex(&digest.finalize())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
