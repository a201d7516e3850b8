//! The stories: each drives the real program, as an assistant, an editor and a person would.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test may run programs, look at the clock and fail at once"
)]

mod alike;
mod branches;
mod commands;
mod demo;
mod doctor;
mod doctor_agents;
mod doctor_repair;
mod harness;
mod hook;
mod init;
mod layers;
mod lsp_bad_input;
mod lsp_crash;
mod lsp_deleted;
mod lsp_moves;
mod lsp_origins;
mod lsp_pull;
mod lsp_reject;
mod lsp_reload;
mod lsp_removal;
mod lsp_review;
mod lsp_typing;
mod lsp_unsaved;
mod lsp_workspace;
mod moved_removals;
mod moves;
#[allow(dead_code, unused_imports, reason = "each story takes what it needs")]
mod support;
mod survival;
mod sync;
mod together;
mod trouble;
