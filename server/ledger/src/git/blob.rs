//! The names that git gives to texts.

use std::fs;
use std::path::Path;

use countersign_provenance::BlobId;

use crate::{Place, digest};

/// The digest a repository is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ObjectFormat {
    /// 40 hex digits.
    #[default]
    Sha1,
    /// 64 hex digits.
    Sha256,
}

/// The name of a text, as git stores it, in a repository of this format.
pub fn blob_id(bytes: &[u8], format: ObjectFormat) -> BlobId {
    named("blob", bytes, format)
}

/// The name of a text that git stores in another form. Git gives no text this
/// name, so no branch reaches it and it is not shared.
pub(crate) fn disk_id(bytes: &[u8], format: ObjectFormat) -> BlobId {
    named("countersign-disk", bytes, format)
}

fn named(kind: &str, bytes: &[u8], format: ObjectFormat) -> BlobId {
    let header = format!("{kind} {}\0", bytes.len());
    let parts = [header.as_bytes(), bytes];
    let hex = match format {
        ObjectFormat::Sha1 => digest::sha1(&parts),
        ObjectFormat::Sha256 => digest::sha256(&parts),
    };
    BlobId::new(hex).expect("a digest is 40 or 64 hex digits")
}

/// The format of a place's repository; SHA-1 outside git. Starts no process.
pub fn object_format(place: &Place) -> ObjectFormat {
    let config = place.common_dir.as_deref().map(|dir| dir.join("config"));
    match config.and_then(|config| setting(&config, "extensions", "objectformat")) {
        Some(format) if format.eq_ignore_ascii_case("sha256") => ObjectFormat::Sha256,
        _ => ObjectFormat::Sha1,
    }
}

/// One setting of one configuration file, for settings that are plain words.
fn setting(config: &Path, section: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(config).ok()?;
    let mut inside = false;
    let mut found = None;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            inside = name
                .split(']')
                .next()
                .is_some_and(|name| name.trim().eq_ignore_ascii_case(section));
        } else if let Some((name, value)) = line.split_once('=')
            && inside
            && name.trim().eq_ignore_ascii_case(key)
        {
            found = Some(value.trim().trim_matches('"').to_owned());
        }
    }
    found
}
