//! What two texts have in common at their beginning and at their end: most
//! changes touch one place of a long text.

/// So many equal lines beside the change are still compared: where one line
/// repeats, what they are decides which of them is the new one.
const CONTEXT: usize = 256;
/// Bytes that are compared at a stride.
const STRIDE: usize = 64;

/// Whole lines that two texts begin and end with, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) head: u32,
    pub(super) tail: u32,
}

impl Ends {
    pub(super) fn of(old: &str, new: &str) -> Self {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let equal = same_head(old, new);
        let mut breaks = memchr::memrchr_iter(b'\n', &old[..equal]);
        let head = breaks.nth(CONTEXT).map_or(0, |at| at + 1);
        let (old, new) = (&old[head..], &new[head..]);
        let equal = same_tail(old, new);
        let tail = &old[old.len() - equal..];
        let mut breaks = memchr::memchr_iter(b'\n', tail);
        let tail = breaks.nth(CONTEXT).map_or(0, |at| tail.len() - at - 1);
        Ends {
            head: head as u32,
            tail: tail as u32,
        }
    }
}

fn same_head(old: &[u8], new: &[u8]) -> usize {
    let strides = old.chunks_exact(STRIDE).zip(new.chunks_exact(STRIDE));
    let equal = strides.take_while(|(old, new)| old == new).count() * STRIDE;
    let rest = old[equal..].iter().zip(&new[equal..]);
    equal + rest.take_while(|(old, new)| old == new).count()
}

fn same_tail(old: &[u8], new: &[u8]) -> usize {
    let strides = old.rchunks_exact(STRIDE).zip(new.rchunks_exact(STRIDE));
    let equal = strides.take_while(|(old, new)| old == new).count() * STRIDE;
    let (old, new) = (&old[..old.len() - equal], &new[..new.len() - equal]);
    let rest = old.iter().rev().zip(new.iter().rev());
    equal + rest.take_while(|(old, new)| old == new).count()
}
