//! The table of languages. Each is a folder that gives its grammars: what their nodes are to an
//! outline.

use crate::language::Grammar;

/// Declares each folder and lists its grammars, so that a language is one line here.
macro_rules! languages {
    ($($folder:ident,)*) => {
        $(mod $folder;)*

        /// The grammars of all languages.
        pub(crate) static ALL: &[&[Grammar]] = &[$($folder::GRAMMARS),*];
    };
}

languages! {
    javascript,
    python,
    rust,
    typescript,
}
