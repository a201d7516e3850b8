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
    /// Reads one payload. `None`: an event that says nothing of a text.
    pub(crate) read: for<'a> fn(&Payload<'a>) -> Result<Option<Sighting<'a>>, BadPayload>,
}

/// All agents whose hooks are understood.
pub(crate) const AGENTS: &[Agent] = &[Agent {
    name: claude_code::NAME,
    read: claude_code::sighting,
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
