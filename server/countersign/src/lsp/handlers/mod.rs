//! What each message does: a file a method.

pub(super) mod change;
pub(super) mod close;
pub(super) mod code_action;
pub(super) mod configuration;
pub(super) mod diagnostic;
pub(super) mod execute_command;
pub(super) mod folders;
pub(super) mod hover;
pub(super) mod initialize;
pub(super) mod initialized;
pub(super) mod inserted;
pub(super) mod lost;
pub(super) mod open;
pub(super) mod save;
pub(super) mod workspace_diagnostic;
