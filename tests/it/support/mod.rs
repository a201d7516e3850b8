//! What the stories act with: a repository, an assistant, an editor, and a terminal with a person in front of it.

pub(crate) mod claude;
pub(crate) mod detached;
pub(crate) mod editor;
pub(crate) mod marks;
pub(crate) mod output;
pub(crate) mod repo;
