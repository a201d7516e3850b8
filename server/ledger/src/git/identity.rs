//! Who the person is.

use super::GitError;
use super::command::run;
use crate::Place;

/// Why we do not know who acts.
#[derive(Debug, thiserror::Error)]
pub enum NoIdentity {
    /// Git was never told.
    #[error("git does not know who you are")]
    NotSet,
    /// Git could not be asked.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl NoIdentity {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            NoIdentity::NotSet => "git config --global user.name \"Your Name\"\n\
                                   git config --global user.email you@example.com"
                .to_owned(),
            NoIdentity::Git(error) => error.hint(),
        }
    }
}

/// The person as git would name them in a commit here: "Name <mail>". Works
/// outside repositories. Nothing is made up from the machine's name.
pub fn identity(place: &Place) -> Result<String, NoIdentity> {
    let answer = match run(
        place,
        &["-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"],
    ) {
        Ok(answer) => answer,
        Err(GitError::Failed { .. }) => return Err(NoIdentity::NotSet),
        Err(error) => return Err(error.into()),
    };
    let answer = String::from_utf8_lossy(&answer);
    let person = answer.rfind('>').map(|end| answer[..=end].to_owned());
    person.ok_or(NoIdentity::NotSet)
}
