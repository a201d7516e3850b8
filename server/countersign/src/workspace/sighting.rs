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
    /// Its working directory, and where the agent was started: a command may change the former.
    pub(crate) folders: Vec<PathBuf>,
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
        /// How long it ran, in milliseconds, where that is told.
        took: Option<u32>,
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

impl Original<'_> {
    /// The text; `None` where there was no file.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Original::Absent => None,
            Original::Text(json) => serde_json::from_str(json).ok(),
        }
    }
}

/// The text that a call announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Offered {
    /// The whole file.
    Whole(String),
    /// Some text in the place of other, one after the other.
    Replace(Vec<Replacement>),
    /// Not told.
    Unknown,
}

/// One text in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replacement {
    /// What is to go.
    pub(crate) old: String,
    /// What is to come.
    pub(crate) new: String,
}

impl Offered {
    /// The text that a call would have made of another; `None` where that is not told.
    pub(crate) fn applied_to(&self, before: &str) -> Option<String> {
        match self {
            Offered::Whole(text) => Some(text.clone()),
            Offered::Replace(parts) => replaced(unix(before).into_owned(), parts, all),
            Offered::Unknown => None,
        }
    }

    /// The texts that a call announced, one after the other.
    pub(crate) fn texts(&self) -> Cow<'_, str> {
        match self {
            Offered::Whole(text) => text.into(),
            Offered::Replace(parts) => {
                let new: Vec<&str> = parts.iter().map(|part| part.new.as_str()).collect();
                new.join("\n").into()
            }
            Offered::Unknown => "".into(),
        }
    }

    /// Whether the change is exactly what was announced, but for line ends.
    pub(crate) fn explains(&self, before: &str, after: &str) -> bool {
        let after = &*unix(after);
        let made = |which| match self {
            Offered::Replace(parts) => replaced(unix(before).into_owned(), parts, which),
            Offered::Whole(_) | Offered::Unknown => None,
        };
        match self {
            Offered::Whole(text) => unix(text) == after,
            Offered::Replace(_) => [first, all]
                .into_iter()
                .any(|which| made(which).as_deref() == Some(after)),
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

/// A text with other texts in the place of some; `None` where it lacks one of these.
fn replaced(
    text: String,
    parts: &[Replacement],
    which: fn(&str, &str, &str) -> String,
) -> Option<String> {
    parts.iter().try_fold(text, |text, part| {
        let (old, new) = (unix(&part.old), unix(&part.new));
        let is_there = !old.is_empty() && text.contains(&*old);
        is_there.then(|| which(&text, &old, &new))
    })
}

fn first(text: &str, old: &str, new: &str) -> String {
    text.replacen(old, new, 1)
}

fn all(text: &str, old: &str, new: &str) -> String {
    text.replace(old, new)
}
