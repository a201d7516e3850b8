//! Bodies out of a stream of frames: header lines, a blank line, and as many bytes as `Content-Length` says.

use std::io::{self, BufRead, Read};

/// The longest body that is read, in bytes.
const LONGEST: u64 = 64 * 1024 * 1024;

/// How much of a header line's end is kept, in bytes; what is sought stands there.
const LINE_TAIL: usize = 256;

const LENGTH: &[u8] = b"content-length";

/// How much of a body is looked at that is too long to be read, in bytes; what it is about stands there.
const HEAD: usize = 512;

/// A message was too long to be read, and is passed over.
#[derive(Debug, thiserror::Error)]
#[error("a message of {length} bytes was passed over: the limit is {LONGEST} (64 MiB)")]
pub(crate) struct TooLong {
    /// What was announced, in bytes.
    length: u64,
    /// What it was about, as far as can be seen.
    pub(crate) about: About,
}

/// What a message was about that was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// A file was opened, which is not followed then.
    Opening,
    /// A buffer that is followed may be another one by now.
    Anything,
}

/// Why there is no next body.
#[derive(Debug)]
pub(super) enum NoBody {
    /// The stream has ended or failed.
    Closed,
    /// See [`TooLong`]; the next frame is found all the same.
    TooLong(TooLong),
}

impl From<io::Error> for NoBody {
    fn from(error: io::Error) -> Self {
        if error.kind() != io::ErrorKind::UnexpectedEof {
            tracing::warn!("the input ended: {error}");
        }
        Self::Closed
    }
}

/// The body of the next frame.
///
/// Any line that ends in `Content-Length: N` announces a body, whatever stands before it on that line. So after a
/// wrong or missing length, where a frame begins right behind the body of another, the next frame is found; a
/// body cannot imitate it, as a line end inside a JSON string is escaped. All other headers are passed over.
pub(super) fn next_body(input: &mut impl BufRead) -> Result<Vec<u8>, NoBody> {
    let length = next_length(input)?;
    if length > LONGEST {
        // The body is one long line before the next header, if it comes at all.
        let head = input.fill_buf()?;
        let head = &head[..head.len().min(HEAD)];
        let about = match memchr::memmem::find(head, b"didOpen") {
            Some(_) => About::Opening,
            None => About::Anything,
        };
        return Err(NoBody::TooLong(TooLong { length, about }));
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        tracing::warn!("the input ended inside a message");
        return Err(NoBody::Closed);
    }
    Ok(body)
}

/// Reads to the end of the next header that has a length.
fn next_length(input: &mut impl BufRead) -> Result<u64, NoBody> {
    let mut length = None;
    loop {
        let line = read_line_tail(input)?;
        let line = line.trim_ascii();
        match (line.is_empty(), length) {
            (true, Some(length)) => return Ok(length),
            (true, None) => {
                tracing::warn!("a header without a valid Content-Length was passed over")
            }
            (false, _) => length = announced_length(line).or(length),
        }
    }
}

/// The N of a line that ends in `Content-Length: N`, with the largest number for one that is larger still.
fn announced_length(line: &[u8]) -> Option<u64> {
    let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let (before, number) = line.split_at(line.len() - digits.count());
    let name = before.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
    let start = name.len().checked_sub(LENGTH.len())?;
    if number.is_empty() || !name[start..].eq_ignore_ascii_case(LENGTH) {
        return None;
    }
    let number = std::str::from_utf8(number).ok()?;
    Some(number.parse().unwrap_or(u64::MAX))
}

/// The last bytes of the next line, with its end. A line can be a whole lost body, so it is never kept whole.
fn read_line_tail(input: &mut impl BufRead) -> Result<Vec<u8>, NoBody> {
    let mut tail = Vec::new();
    while tail.last() != Some(&b'\n') {
        let before = tail.len();
        input.take(LINE_TAIL as u64).read_until(b'\n', &mut tail)?;
        if tail.len() == before {
            return Err(NoBody::Closed);
        }
        tail.drain(..tail.len().saturating_sub(LINE_TAIL));
    }
    Ok(tail)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Checks which bodies the stream yields; "too long" stands for one that is passed over.
    #[track_caller]
    fn check(stream: &str, bodies: &[&str]) {
        let mut input = stream.as_bytes();
        let mut found = Vec::new();
        loop {
            match next_body(&mut input) {
                Ok(body) => found.push(String::from_utf8(body).unwrap()),
                Err(NoBody::TooLong(_)) => found.push("too long".to_owned()),
                Err(NoBody::Closed) => break,
            }
        }
        assert_eq!(found, bodies);
    }

    #[test]
    fn plain_frames() {
        check(
            "Content-Length: 2\r\n\r\n{}Content-Length: 0\r\n\r\nContent-Length: 4\r\n\r\nnull",
            &["{}", "", "null"],
        );
    }

    #[test]
    fn headers_in_any_case_number_and_order() {
        check("content-length:2\r\n\r\n{}", &["{}"]);
        check("CONTENT-LENGTH : 2 \r\n\r\n{}", &["{}"]);
        check(
            "Content-Type: application/vscode-jsonrpc\r\nContent-Length: 2\r\n\r\n{}",
            &["{}"],
        );
        check(
            "X-Trace: 12\r\nContent-Length: 2\r\nContent-Type: a/b; charset=utf-8\r\n\r\n{}",
            &["{}"],
        );
    }

    #[test]
    fn bare_line_feeds_and_stray_blank_lines() {
        check(
            "\r\n\nContent-Length: 2\n\n{}\r\n\r\nContent-Length: 2\r\n\r\n[]",
            &["{}", "[]"],
        );
    }

    #[test]
    fn a_bad_length_costs_its_own_frame_only() {
        for bad in ["x", "-2", "", "2 2", "0x2"] {
            check(
                &format!("Content-Length: {bad}\r\n\r\n{{}}Content-Length: 2\r\n\r\n[]"),
                &["[]"],
            );
        }
    }

    #[test]
    fn a_missing_length_costs_its_own_frame_only() {
        check(
            "Content-Type: a/b\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
            &["[]"],
        );
        check("no header at all Content-Length: 2\r\n\r\n[]", &["[]"]);
    }

    #[test]
    fn a_length_too_short_leaves_a_rest_that_is_passed_over() {
        check(
            "Content-Length: 3\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n[]",
            &["{\"a", "[]"],
        );
    }

    #[test]
    fn a_body_that_was_lost_cannot_imitate_a_header() {
        let body = r#"{"text":"Content-Length: 9\r\n\r\n{}"}"#;
        check(
            &format!("Content-Length: ?\r\n\r\n{body}Content-Length: 2\r\n\r\n[]"),
            &["[]"],
        );
    }

    #[test]
    fn a_lost_body_of_any_length_is_passed_over() {
        for length in [LINE_TAIL - 20, LINE_TAIL, LINE_TAIL + 1, 10 * LINE_TAIL + 7] {
            let body = "x".repeat(length);
            check(&format!("\r\n{body}Content-Length: 2\r\n\r\n[]"), &["[]"]);
        }
    }

    #[test]
    fn what_is_too_long_is_passed_over() {
        let next = "Content-Length: 2\r\n\r\n[]";
        check(
            &format!("Content-Length: 67108865\r\n\r\n{{}}{next}"),
            &["too long", "[]"],
        );
        check(
            &format!("Content-Length: 99999999999999999999999\r\n\r\n{next}"),
            &["too long", "[]"],
        );
        let body = format!("{{\"text\":\"{}\"}}", "x".repeat(LONGEST as usize));
        let length = body.len();
        check(
            &format!("Content-Length: {length}\r\n\r\n{body}{next}"),
            &["too long", "[]"],
        );
    }

    #[test]
    fn what_is_too_long_may_be_seen_to_be_an_opening() {
        for (body, about) in [
            (r#"{"method":"textDocument/didOpen","#, About::Opening),
            (r#"{"method":"textDocument\/didOpen","#, About::Opening),
            (r#"{"method":"textDocument/didChange","#, About::Anything),
            ("", About::Anything),
        ] {
            let stream = format!("Content-Length: 67108865\r\n\r\n{body}");
            let Err(NoBody::TooLong(found)) = next_body(&mut stream.as_bytes()) else {
                panic!("{body} is too long");
            };
            assert_eq!(found.about, about, "{body}");
        }
    }

    #[test]
    fn an_end_inside_a_frame_is_the_end() {
        check("Content-Length: 67108864\r\n\r\n{}", &[]);
        check("Content-Le", &[]);
        check("Content-Length: 2\r\n", &[]);
    }

    #[test]
    fn too_long_says_what_was_announced() {
        let too_long = TooLong {
            length: LONGEST + 1,
            about: About::Anything,
        };
        expect_test::expect![
            "a message of 67108865 bytes was passed over: the limit is 67108864 (64 MiB)"
        ]
        .assert_eq(&too_long.to_string());
    }
}
