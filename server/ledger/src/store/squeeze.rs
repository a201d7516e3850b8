//! Texts, small enough to keep.

use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Error, Result, ToSql};

/// How `content` columns hold a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Plain = 0,
    /// LZ4 block with the length of the text (4 bytes, little endian) before it.
    Lz4 = 1,
}

impl ToSql for Codec {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Integer(*self as i64)))
    }
}

/// A text longer than this, in bytes, was never stored by us.
const MAX_TEXT: usize = 1 << 30;

/// The smaller of the two forms.
pub(super) fn squeeze(text: &str) -> (Codec, Vec<u8>) {
    let packed = lz4_flex::block::compress_prepend_size(text.as_bytes());
    if packed.len() < text.len() {
        (Codec::Lz4, packed)
    } else {
        (Codec::Plain, text.as_bytes().to_vec())
    }
}

/// The text again; an error that counts as damage where the bytes make no sense.
pub(super) fn expand(codec: i64, content: Vec<u8>) -> Result<String> {
    let bytes = match codec {
        0 => Some(content),
        1 if packed_length(&content).is_some_and(|length| length <= MAX_TEXT) => {
            lz4_flex::block::decompress_size_prepended(&content).ok()
        }
        _ => None,
    };
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| Error::InvalidColumnType(0, "content".into(), rusqlite::types::Type::Blob))
}

fn packed_length(content: &[u8]) -> Option<usize> {
    let (length, _) = content.split_first_chunk()?;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}
