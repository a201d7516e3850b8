//! How a file looks in an editor: without a byte order mark, and with line ends of one kind.

use std::fs;
use std::path::Path;

use countersign_ledger::Place;
use countersign_ledger::git::LineEnds;
use countersign_provenance::Text;

use super::buffer::stat;
use crate::workspace::Fault;
use crate::workspace::file::{Disk, stored};

/// So often a file is looked at that is being written.
const LOOKS: usize = 3;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A buffer's text as git stores it: as its file has it, where the buffer shows just that.
pub(super) fn stored_as(place: &Place, path: &str, buffer: &str) -> Result<Disk, Fault> {
    let file = fs::read(place.absolute(path)).ok();
    let shown = file.filter(|file| file != buffer.as_bytes() && is_shown_as(file, buffer));
    let Some(file) = shown else {
        return stored(place, path, buffer.as_bytes(), (0, 0));
    };
    let mut disk = stored(place, path, &file, (0, 0))?;
    if let Disk::Text { line_ends, .. } = &mut disk {
        *line_ends = LineEnds::Converted;
    }
    Ok(disk)
}

/// How long a buffer can be that shows just its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lengths {
    plain: usize,
    breaks: usize,
}

impl Lengths {
    /// Of what stands at a path now.
    pub(super) fn of(file: &Path) -> Option<Self> {
        let bytes = fs::read(file).ok()?;
        let (plain, breaks) = plain(&bytes).fold((0, 0), |(plain, breaks), byte| {
            (plain + 1, breaks + usize::from(byte == b'\n'))
        });
        Some(Lengths { plain, breaks })
    }

    /// Whether a text of so many bytes may show it: with line ends of one byte each, or of two.
    pub(super) fn fit(self, bytes: u32) -> bool {
        let bytes = bytes as usize;
        bytes == self.plain || bytes == self.plain + self.breaks
    }
}

/// The state of a file that an editor shows as this text; `None` where it holds another, or is written all the time.
pub(super) fn stat_showing(file: &Path, text: &Text) -> Option<(i64, u64)> {
    let text = text.to_string();
    let mut now = stat(file);
    for _ in 0..LOOKS {
        if !is_shown_as(&fs::read(file).ok()?, &text) {
            return None;
        }
        let then = std::mem::replace(&mut now, stat(file));
        if then == now {
            return Some(now);
        }
    }
    None
}

/// Whether an editor shows these bytes of a file as this text.
fn is_shown_as(file: &[u8], buffer: &str) -> bool {
    plain(file).eq(plain(buffer.as_bytes()))
}

fn plain(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let ends_line = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    let kept = (0..bytes.len()).filter(move |at| !ends_line(*at));
    kept.map(|at| match bytes[at] {
        b'\r' => b'\n',
        byte => byte,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_that_shows_its_file_has_one_of_two_lengths() {
        let lengths = Lengths {
            plain: "a\nb\n".len(),
            breaks: 2,
        };
        let fits = |text: &str| lengths.fit(text.len() as u32);
        assert_eq!(
            (fits("a\nb\n"), fits("a\r\nb\r\n"), fits("a\r\nb\n")),
            (true, true, false)
        );
    }

    #[test]
    fn a_file_is_shown_without_its_mark_and_with_one_kind_of_line_ends() {
        for file in ["a\nb\n", "\u{feff}a\nb\n", "a\r\nb\n", "\u{feff}a\rb\r\n"] {
            assert!(is_shown_as(file.as_bytes(), "a\nb\n"), "{file:?}");
            assert!(is_shown_as(file.as_bytes(), "a\r\nb\r\n"), "{file:?}");
        }
        for file in ["a\nb", "a\n\nb\n", "a\u{feff}\nb\n", "a b\n"] {
            assert!(!is_shown_as(file.as_bytes(), "a\nb\n"), "{file:?}");
        }
    }
}
