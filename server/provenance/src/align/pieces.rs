//! Cutting two long sequences into pieces that can be compared at a bounded
//! cost: where a run of keys stands once on each side.

use std::ops::Range;

use super::unique::{Sample, ascending, unique_windows};

/// Runs of so many keys are looked for, one length after the other.
const WINDOWS: [usize; 4] = [32, 8, 2, 1];
/// From so many keys on some of the runs are enough.
const SAMPLED: usize = 8192;
/// Pieces without any such run are cut by their length, into so many keys.
const BLIND: usize = 1024;
/// Beyond so many keys they have nothing to do with each other.
const HOPELESS: usize = 1 << 18;

/// Stretches of both sides that stand against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

impl Piece {
    fn len(&self) -> usize {
        self.old.len() + self.new.len()
    }
}

/// Pieces in order. Those that differ hold at most `most` keys of both sides
/// together; what lies between two pieces has nothing to do with each other.
pub(super) fn pieces(old: &[u64], new: &[u64], most: usize) -> Vec<Piece> {
    let mut cutter = Cutter {
        old,
        new,
        most,
        pieces: Vec::new(),
    };
    cutter.cut(
        Piece {
            old: 0..old.len(),
            new: 0..new.len(),
        },
        &WINDOWS,
    );
    cutter.pieces
}

struct Cutter<'a> {
    old: &'a [u64],
    new: &'a [u64],
    most: usize,
    pieces: Vec<Piece>,
}

impl Cutter<'_> {
    fn cut(&mut self, piece: Piece, windows: &[usize]) {
        if piece.len() <= self.most {
            return self.pieces.push(piece);
        }
        let (front, middle, back) = self.without_equal_ends(piece);
        self.pieces.push(front);
        if middle.len() <= self.most {
            self.pieces.push(middle);
        } else if let Some((&window, shorter)) = windows.split_first() {
            self.cut_at_unique(middle, window, shorter);
        } else if middle.len() <= HOPELESS {
            self.cut_blindly(middle);
        }
        self.pieces.push(back);
    }

    /// What is equal at both ends, and what is between.
    fn without_equal_ends(&self, Piece { old, new }: Piece) -> (Piece, Piece, Piece) {
        let (a, b) = (&self.old[old.clone()], &self.new[new.clone()]);
        let front = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let ends = a[front..].iter().rev().zip(b[front..].iter().rev());
        let back = ends.take_while(|(a, b)| a == b).count();
        let (old_front, new_front) = (old.start + front, new.start + front);
        let (old_back, new_back) = (old.end - back, new.end - back);
        (
            Piece {
                old: old.start..old_front,
                new: new.start..new_front,
            },
            Piece {
                old: old_front..old_back,
                new: new_front..new_back,
            },
            Piece {
                old: old_back..old.end,
                new: new_back..new.end,
            },
        )
    }

    /// Cuts in the middle of runs, so that both pieces see what stands around.
    fn cut_at_unique(&mut self, piece: Piece, window: usize, shorter: &[usize]) {
        let (old, new) = (&self.old[piece.old.clone()], &self.new[piece.new.clone()]);
        let sample = if piece.len() < SAMPLED {
            Sample::All
        } else {
            Sample::Some
        };
        let unique = ascending(&unique_windows(old, new, window, sample));
        let (mut old, mut new) = (piece.old.start, piece.new.start);
        for (at_old, at_new) in unique {
            let at_old = piece.old.start + at_old + window / 2;
            let at_new = piece.new.start + at_new + window / 2;
            let before = Piece {
                old: old..at_old,
                new: new..at_new,
            };
            if before.len() >= self.most / 2 {
                self.cut(before, shorter);
                (old, new) = (at_old, at_new);
            }
        }
        self.cut(
            Piece {
                old: old..piece.old.end,
                new: new..piece.new.end,
            },
            shorter,
        );
    }

    fn cut_blindly(&mut self, piece: Piece) {
        let count = piece.len().div_ceil(BLIND);
        let part = |range: &Range<usize>, number: usize| range.start + range.len() * number / count;
        self.pieces.extend((0..count).map(|number| Piece {
            old: part(&piece.old, number)..part(&piece.old, number + 1),
            new: part(&piece.new, number)..part(&piece.new, number + 1),
        }));
    }
}
