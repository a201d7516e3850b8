//! The table of languages. Each is a folder that gives its grammars: what their nodes are to an
//! outline.

use crate::language::Grammar;

/// Declares each folder that one of its features asks for and lists its grammars, so that a
/// language is one line here.
macro_rules! languages {
    ($($folder:ident if $($feature:literal)or+,)*) => {
        $(
            #[cfg(any($(feature = $feature),+))]
            mod $folder;
        )*

        /// The grammars of all languages of this build.
        pub(crate) static ALL: &[&[Grammar]] = &[
            $(
                #[cfg(any($(feature = $feature),+))]
                $folder::GRAMMARS,
            )*
        ];
    };
}

languages! {
    c if "lang-c" or "lang-cpp",
    cpp if "lang-cpp",
    csharp if "lang-csharp",
    go if "lang-go",
    java if "lang-java",
    javascript if "lang-javascript" or "lang-typescript",
    python if "lang-python",
    rust if "lang-rust",
    typescript if "lang-typescript",
}
