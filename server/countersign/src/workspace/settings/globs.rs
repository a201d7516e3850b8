//! Globs as `.gitignore` writes them.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Globs that count from the root of a repository. A later one that begins with `!` takes back what an earlier one
/// names.
#[derive(Debug, Clone)]
pub(crate) struct Globs(Gitignore);

impl Default for Globs {
    fn default() -> Self {
        Globs(Gitignore::empty())
    }
}

impl Globs {
    /// What is no glob names nothing.
    pub(crate) fn new<'a>(globs: impl IntoIterator<Item = &'a String>) -> Self {
        let mut builder = builder();
        for glob in globs.into_iter().filter(|glob| !is_root(glob)) {
            // Who reads the settings has complained of it.
            let _added = builder.add_line(None, glob);
        }
        Globs(builder.build().unwrap_or_else(|_| Gitignore::empty()))
    }

    /// Why a text is no glob.
    pub(super) fn fault(glob: &str) -> Option<String> {
        if is_root(glob) {
            return Some("it names the root, and so no file in it".into());
        }
        let mut builder = builder();
        let added = builder.add_line(None, glob).map(|_| ());
        let built = added.and_then(|()| builder.build().map(drop));
        built.err().map(|error| error.to_string())
    }

    /// Whether they name a relative path, or a folder that it lies in.
    pub(crate) fn name(&self, path: &str) -> bool {
        !path.starts_with('/') && self.0.matched_path_or_any_parents(path, false).is_ignore()
    }
}

/// Of the root the parser makes all that is in it, and git nothing.
fn is_root(glob: &str) -> bool {
    let glob = glob.trim_end();
    let slashes = glob.strip_prefix('!').unwrap_or(glob);
    !slashes.is_empty() && slashes.chars().all(|c| c == '/')
}

/// Where a class is not closed, git finds nothing: nobody means that.
fn builder() -> GitignoreBuilder {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(globs: &[&str], named: &[&str], not_named: &[&str]) {
        let globs: Vec<String> = globs.iter().map(ToString::to_string).collect();
        let globs = Globs::new(&globs);
        for path in named {
            assert!(globs.name(path), "{path}");
        }
        for path in not_named {
            assert!(!globs.name(path), "{path}");
        }
    }

    #[test]
    fn they_are_read_as_git_reads_them() {
        check(
            &["vendor/**"],
            &["vendor/a.js", "vendor/b/c.js"],
            &["src/vendor.rs", "x/vendor/a"],
        );
        check(&["vendor/"], &["vendor/a", "x/vendor/a"], &["vendor"]);
        check(
            &["/gen", "*.min.js", "!keep.min.js"],
            &["gen/a", "x/a.min.js"],
            &["x/gen/a", "x/keep.min.js"],
        );
        check(&[], &[], &["a"]);
    }

    #[test]
    fn what_is_no_glob_is_told() {
        for wrong in ["[", "src/[a", "![!]", "[z-a]", "{a", "/", "!/", "//"] {
            assert!(Globs::fault(wrong).is_some(), "{wrong}");
        }
        for right in ["a/**/b", "[a-z]", "[[]", "\\["] {
            assert_eq!(Globs::fault(right), None, "{right}");
        }
        check(&["[", "/", "*.js"], &["a.js"], &["[", "a", "b/a"]);
    }
}
