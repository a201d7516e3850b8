//! Parsing off the editor's path.

use countersign_provenance::Text;
use countersign_syntax::{Language, Tree, Unit, outline, parse};

/// A parse that should be done off the editor's path.
pub(crate) struct ParseJob {
    /// The buffer.
    pub(crate) uri: String,
    pub(super) version: i32,
    pub(super) language: Language,
    pub(super) text: Text,
    pub(super) previous: Option<Tree>,
}

/// What a [`ParseJob`] found.
pub(crate) struct Parsed {
    pub(super) uri: String,
    pub(super) version: i32,
    pub(super) tree: Option<Tree>,
    pub(super) units: Vec<Unit>,
}

impl ParseJob {
    /// Parses, unless told to stop.
    pub(crate) fn run(mut self, should_stop: &mut dyn FnMut() -> bool) -> Parsed {
        let tree = parse_text(
            self.language,
            &self.text,
            self.previous.take().as_ref(),
            should_stop,
        );
        let units = outline(&self.text.to_string(), tree.as_ref());
        Parsed {
            uri: self.uri,
            version: self.version,
            tree,
            units,
        }
    }
}

pub(super) fn parse_text(
    language: Language,
    text: &Text,
    previous: Option<&Tree>,
    should_stop: &mut dyn FnMut() -> bool,
) -> Option<Tree> {
    let chunk = |byte: usize| {
        let (chunk, start) = text.chunk_at(byte as u32);
        &chunk.as_bytes()[byte - start as usize..]
    };
    parse(language, text.len() as usize, chunk, previous, should_stop)
}
