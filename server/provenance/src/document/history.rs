//! Earlier states of a text: an undo is known by its result, however the
//! editor puts it into edits.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::typed::Typed;
use super::{Edit, Gone};
use crate::region::Regions;
use crate::text::Text;
use crate::token::mix;

/// How many steps back are kept.
const KEPT: usize = 4096;
/// How much text they may hold together, in bytes.
const KEPT_BYTES: usize = 16 << 20;
/// So many bytes together make up one part of a state's number.
const WINDOW: usize = 8;

/// The way from the present text to its earlier states, and to later ones that
/// were undone.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// Back to earlier states, the nearest last.
    past: VecDeque<Step>,
    /// Ahead to states that were undone, the nearest last.
    future: Vec<Undone>,
    /// How many of the last steps belong to the present act and led nowhere
    /// known: an undo of several edits passes through states that never were.
    detour: usize,
    version: i32,
    state: u64,
    bytes: usize,
}

/// An edit that leads to a known state.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// What goes, in bytes of the text that the step starts from.
    range: Range<u32>,
    /// What comes in its place, with its regions.
    comes: Arc<Gone>,
    /// The state that it leads to.
    state: u64,
}

/// A step that was taken back.
#[derive(Debug, Clone)]
struct Undone {
    ahead: Step,
    /// What took it back, from where it leads.
    back: Step,
}

/// How many steps to a known state, and in which direction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Route {
    Back(usize),
    /// All of the detour back, then so many steps ahead.
    Ahead(usize),
}

impl Step {
    /// The step that takes an edit back; its state is filled in by [`History::note`].
    pub(super) fn back(range: Range<u32>, comes: Arc<Gone>) -> Self {
        Step {
            range,
            comes,
            state: 0,
        }
    }

    /// Makes the edit and returns the step that takes it back.
    fn make(&self, text: &mut Text, regions: &mut Regions, typed: &mut Typed) -> Step {
        let at = self.range.start;
        let back = Gone::new(text, regions, typed, self.range.clone());
        regions.splice(text, self.range.clone(), &self.comes.text);
        text.replace(self.range.clone(), &self.comes.text);
        regions.insert(text, at, &self.comes.regions);
        typed.put_back(&self.range, &self.comes);
        Step::back(at..at + self.comes.text.len() as u32, Arc::new(back))
    }
}

impl History {
    /// An edit of this version follows.
    pub(super) fn begin(&mut self, version: i32) {
        if self.version != version && self.detour > 0 {
            self.keep_what_was_undone();
            self.detour = 0;
        }
        self.version = version;
    }

    /// The number of the state that an edit of this text leads to. Equal texts
    /// have equal numbers; it costs as much as the edit is long.
    pub(super) fn state_after(&self, text: &Text, edit: &Edit) -> u64 {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        let from = start.saturating_sub(WINDOW - 1);
        let old = text.bytes(from..end + WINDOW - 1);
        let new = [
            &old[..start - from],
            edit.insert.as_bytes(),
            &old[end - from..],
        ]
        .concat();
        let gone = number(&old, end - from);
        let came = number(&new, start - from + edit.insert.len());
        self.state.wrapping_sub(gone).wrapping_add(came)
    }

    /// The way to the state that an edit leads to, if this text was in it before.
    pub(super) fn route(&self, text: &Text, edit: &Edit, state: u64) -> Option<Route> {
        let back = self.past.iter().rev().position(|step| step.state == state);
        let ahead = || {
            self.future
                .iter()
                .rev()
                .position(|step| step.ahead.state == state)
        };
        let back = back.map(|steps| Route::Back(steps + 1));
        let route = back.or_else(|| Some(Route::Ahead(ahead()? + 1)))?;
        let mut steps = self.steps(route);
        if let (Some(only), None) = (steps.next(), steps.next())
            && only.range == edit.range
            && only.comes.text == edit.insert
        {
            return Some(route);
        }
        let mut wanted = text.clone();
        wanted.replace(edit.range.clone(), &edit.insert);
        let mut reached = text.clone();
        self.steps(route)
            .for_each(|step| reached.replace(step.range.clone(), &step.comes.text));
        reached.same_as(&wanted).then_some(route)
    }

    fn steps(&self, route: Route) -> impl Iterator<Item = &Step> {
        let (back, ahead) = match route {
            Route::Back(steps) => (steps, 0),
            Route::Ahead(steps) => (self.detour, steps),
        };
        self.past.iter().rev().take(back).chain(
            self.future
                .iter()
                .rev()
                .take(ahead)
                .map(|undone| &undone.ahead),
        )
    }

    /// Takes the text, with what is known of it, to a known state.
    pub(super) fn walk(
        &mut self,
        route: Route,
        text: &mut Text,
        regions: &mut Regions,
        typed: &mut Typed,
    ) {
        let (back, ahead) = match route {
            Route::Back(steps) => (steps, 0),
            Route::Ahead(steps) => (self.detour, steps),
        };
        for _ in 0..back {
            self.step_back(text, regions, typed);
        }
        for _ in 0..ahead {
            let Some(Undone { ahead, .. }) = self.future.pop() else {
                break;
            };
            let back = ahead.make(text, regions, typed);
            self.push(back);
            self.state = ahead.state;
        }
    }

    fn step_back(&mut self, text: &mut Text, regions: &mut Regions, typed: &mut Typed) {
        let Some(back) = self.past.pop_back() else {
            return;
        };
        self.bytes -= back.comes.text.len();
        let ahead = Step {
            state: self.state,
            ..back.make(text, regions, typed)
        };
        self.state = back.state;
        if self.detour > 0 {
            self.detour -= 1;
        } else {
            self.future.push(Undone { ahead, back });
        }
    }

    /// A new edit follows an undo: the way back to it leads through what was
    /// undone and back again, before the steps of the present act.
    fn keep_what_was_undone(&mut self) {
        let present = self.past.split_off(self.past.len() - self.detour);
        let undone = std::mem::take(&mut self.future);
        let back: Vec<Step> = undone
            .iter()
            .rev()
            .map(|undone| undone.back.clone())
            .collect();
        let ahead = undone.into_iter().map(|undone| undone.ahead);
        let all: Vec<Step> = back.into_iter().chain(ahead).collect();
        self.bytes += all.iter().map(|step| step.comes.text.len()).sum::<usize>();
        self.past.extend(all);
        self.past.extend(present);
        self.forget_oldest();
    }

    /// An edit led to a new state; the step takes it back.
    pub(super) fn note(&mut self, step: Step, state: u64) {
        self.push(step);
        self.detour += 1;
        self.state = state;
    }

    /// Keeps a step that leads back to the present state.
    fn push(&mut self, step: Step) {
        self.bytes += step.comes.text.len();
        self.past.push_back(Step {
            state: self.state,
            ..step
        });
        self.forget_oldest();
    }

    fn forget_oldest(&mut self) {
        while self.past.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some(oldest) = self.past.pop_front() else {
                break;
            };
            self.bytes -= oldest.comes.text.len();
        }
        self.detour = self.detour.min(self.past.len());
    }
}

/// The sum over all windows that begin in the first bytes: an edit changes only
/// those that it touches, and the order of the sum does not matter.
fn number(bytes: &[u8], begins: usize) -> u64 {
    let window = |at: usize| match bytes.get(at..).and_then(<[u8]>::first_chunk::<WINDOW>) {
        Some(window) => u64::from_le_bytes(*window),
        None => {
            let mut window = [0; WINDOW];
            window[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            u64::from_le_bytes(window)
        }
    };
    (0..begins).fold(0, |sum: u64, at| {
        sum.wrapping_add(mix(window(at).wrapping_add(1)))
    })
}
