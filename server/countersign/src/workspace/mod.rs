//! What people and agents do with a repository, in the editor's words.
//!
//! No LSP types and no command line here: `lsp` and `cli` are thin layers over
//! these functions.

pub(crate) mod acts;
pub(crate) mod clock;
pub(crate) mod conflict;
pub(crate) mod declared;
pub(crate) mod deleted;
pub(crate) mod displaced;
mod fault;
pub(crate) mod file;
pub(crate) mod findings;
pub(crate) mod gate;
pub(crate) mod generated;
pub(crate) mod inner;
pub(crate) mod known;
mod last_known;
mod looks;
pub(crate) mod mark;
pub(crate) mod overview;
pub(crate) mod printable;
pub(crate) mod recognise;
pub(crate) mod reject;
pub(crate) mod report;
mod returned;
pub(crate) mod seen;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod shell;
pub(crate) mod sighting;
pub(crate) mod survey;
pub(crate) mod tree;
pub(crate) mod units;
pub(crate) mod work_tree;

pub(crate) use fault::Fault;
