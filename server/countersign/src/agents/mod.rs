//! What each agent's program tells its hook: payload in, sighting out.
//! A file an agent.

mod claude_code;
mod payload;

use crate::workspace::sighting::Sighting;
pub(crate) use payload::Payload;

/// An agent whose hooks are understood.
pub(crate) struct Agent {
    /// As it is named on the command line and in origins.
    pub(crate) name: &'static str,
    /// As people call it.
    pub(crate) label: &'static str,
    /// Reads one payload. `None`: an event that says nothing of a text.
    pub(crate) read: for<'a> fn(&Payload<'a>) -> Result<Option<Sighting<'a>>, BadPayload>,
    /// Where its program is told to call us.
    pub(crate) settings: Settings,
}

/// Where an agent's program reads its hooks, and for which of its events it has to call us.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Its programs, as the shell finds them.
    pub(crate) programs: &'static [&'static str],
    /// The folder of a person's settings, in the home folder.
    pub(crate) folder: &'static str,
    /// The variable that names another folder.
    pub(crate) folder_variable: Option<&'static str>,
    /// The file in that folder.
    pub(crate) user: &'static str,
    /// The file in a repository that everybody gets.
    pub(crate) shared: &'static str,
    /// The file in a repository that nobody else gets.
    pub(crate) local: Option<&'static str>,
    /// The events around a tool use.
    pub(crate) events: &'static [&'static str],
    /// The tools that change texts, as a matcher.
    pub(crate) matcher: &'static str,
    /// When a change of the settings is heard.
    pub(crate) heard: &'static str,
}

/// All agents whose hooks are understood.
pub(crate) const AGENTS: &[Agent] = &[Agent {
    name: claude_code::NAME,
    label: "Claude Code",
    read: claude_code::sighting,
    settings: claude_code::SETTINGS,
}];

/// Why a payload was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPayload {
    /// Something that must be there is not.
    #[error("the payload has no usable `{0}`")]
    Lacks(&'static str),
}

/// The agent of this name.
pub(crate) fn agent(name: &str) -> Option<&'static Agent> {
    AGENTS.iter().find(|agent| agent.name == name)
}
