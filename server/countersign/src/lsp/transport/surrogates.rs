//! Lone surrogates in JSON escapes.

/// The replacement character as an escape: one UTF-16 unit, as the surrogate was, so that positions still hold.
const REPLACEMENT: &[u8] = br"\ufffd";

/// The length of an escape like `\ud800`, in bytes.
const ESCAPE: usize = 6;

/// The body with each lone surrogate escape replaced, or nothing if it has none.
///
/// Clients whose strings are UTF-16 send half a pair where the text holds half a pair. No Rust string can hold it,
/// and to refuse the whole message would lose a change.
pub(super) fn replace_lone(body: &[u8]) -> Option<Vec<u8>> {
    let mut replaced = None;
    let mut at = 0;
    while at < body.len() {
        at += match (unit_at(body, at), unit_at(body, at + ESCAPE)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                let copy = replaced.get_or_insert_with(|| body.to_vec());
                copy[at..at + ESCAPE].copy_from_slice(REPLACEMENT);
                ESCAPE
            }
            // Two bytes, so that the second of two backslashes begins no escape.
            _ if body[at] == b'\\' => 2,
            _ => 1,
        };
    }
    replaced
}

/// The UTF-16 unit that is escaped at this byte, if one is.
fn unit_at(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + ESCAPE)?.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let replaced = replace_lone(body.as_bytes()).unwrap_or_else(|| body.into());
        assert_eq!(String::from_utf8_lossy(&replaced), expected);
    }

    #[test]
    fn pairs_and_other_escapes_stay() {
        check(r#""\ud83d\ude00 \u00e4 \n""#, r#""\ud83d\ude00 \u00e4 \n""#);
    }

    #[test]
    fn each_half_alone_is_replaced() {
        check(r#""\ud83d""#, r#""\ufffd""#);
        check(r#""\uDE00\uD83D""#, r#""\ufffd\ufffd""#);
        check(r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#);
    }

    #[test]
    fn an_escaped_backslash_begins_no_escape() {
        check(r#""\\ud83d""#, r#""\\ud83d""#);
        check(r#""\\\ud83d""#, r#""\\\ufffd""#);
    }

    #[test]
    fn a_cut_escape_is_left_to_the_parser() {
        check(r"\ud8", r"\ud8");
        check("\\", "\\");
    }
}
