//! The acts that a client asks for by `workspace/executeCommand`: a file a command.

pub(super) mod claim;
pub(super) mod confirm;
pub(super) mod mark;
pub(super) mod reject;
mod target;
pub(super) mod undo;

pub(super) use self::target::Target;

/// Stand behind a text.
pub(super) const CONFIRM: &str = "countersign.confirm";
/// Put back what stood before.
pub(super) const REJECT: &str = "countersign.reject";
/// Say: I wrote this.
pub(super) const CLAIM: &str = "countersign.claim";
/// Say: an assistant wrote this.
pub(super) const MARK: &str = "countersign.mark";
/// Take back the last act.
pub(super) const UNDO: &str = "countersign.undo";

/// All of them.
pub(super) const NAMES: [&str; 5] = [CONFIRM, REJECT, CLAIM, MARK, UNDO];
