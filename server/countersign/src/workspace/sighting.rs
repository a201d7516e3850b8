//! What an agent's program tells us, whichever agent it is.

use std::borrow::Cow;
use std::path::PathBuf;

/// One call of a tool, before or after it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sighting<'a> {
    /// The agent's name as it stands in origins: "claude-code".
    pub(crate) agent: &'static str,
    /// The agent's own name for its session.
    pub(crate) session: Option<String>,
    /// The model, where it is told.
    pub(crate) model: Option<String>,
    /// The agent's name for this very call.
    pub(crate) call: Option<String>,
    /// When it was told.
    pub(crate) phase: Phase,
    /// What the call works on.
    pub(crate) target: Target<'a>,
}

/// Whether a call has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It is about to run, or to be denied.
    Before,
    /// It ran, well or not.
    After,
}

/// What a call works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// One file.
    File {
        /// Absolute.
        path: PathBuf,
        /// What it is to hold.
        offered: Offered,
        /// The text before, as the agent says; its line ends may be changed.
        original: Option<Original<'a>>,
    },
    /// A command that may touch anything.
    Shell {
        /// Its working directory.
        folder: PathBuf,
    },
}

/// What an agent says of the text before its change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Original<'a> {
    /// There was no file.
    Absent,
    /// This, as a string of JSON, with line ends as the agent likes them.
    Text(&'a str),
}

/// The text that a call announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Offered {
    /// The whole file.
    Whole(String),
    /// Some text in the place of other.
    Replace {
        /// What is to go.
        old: String,
        /// What is to come.
        new: String,
    },
    /// Not told.
    Unknown,
}

impl Offered {
    /// Whether new text of a file is what the call announced.
    pub(crate) fn covers(&self, fresh: &str) -> bool {
        let ink = |text: &str| -> Vec<u8> {
            text.bytes()
                .filter(|&b| countersign_provenance::is_ink(b))
                .collect()
        };
        let within = |announced: &str| memchr::memmem::find(&ink(announced), &ink(fresh)).is_some();
        match self {
            Offered::Whole(text) => within(text),
            Offered::Replace { new, .. } => within(new),
            Offered::Unknown => true,
        }
    }

    /// The text that a call would have made of another; `None` where that is not told.
    pub(crate) fn applied_to(&self, before: &str) -> Option<String> {
        match self {
            Offered::Whole(text) => Some(text.clone()),
            Offered::Replace { old, new } if !old.is_empty() && before.contains(old) => {
                Some(before.replace(old, new))
            }
            Offered::Replace { .. } | Offered::Unknown => None,
        }
    }

    /// Whether the change is exactly what was announced, but for line ends.
    pub(crate) fn explains(&self, before: &str, after: &str) -> bool {
        let (before, after) = (&*unix(before), &*unix(after));
        match self {
            Offered::Whole(text) => unix(text) == after,
            Offered::Replace { old, new } if !old.is_empty() => {
                let (old, new) = (&*unix(old), &*unix(new));
                replaces_first(before, old, new, after) || before.replace(old, new) == after
            }
            Offered::Replace { .. } => false,
            Offered::Unknown => true,
        }
    }
}

/// With LF only.
fn unix(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'\r', text.as_bytes()) {
        Some(_) => Cow::Owned(text.replace("\r\n", "\n")),
        None => Cow::Borrowed(text),
    }
}

/// Whether a text is another with its first `old` replaced.
fn replaces_first(before: &str, old: &str, new: &str, after: &str) -> bool {
    let replaced = before.split_once(old);
    replaced.is_some_and(|(head, tail)| {
        let rest = after
            .strip_prefix(head)
            .and_then(|rest| rest.strip_prefix(new));
        rest == Some(tail)
    })
}
