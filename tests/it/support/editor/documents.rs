//! Open files: what a person does to them, and what the server is told of it.

use super::Editor;
use super::buffer::{Buffer, Change, Encoding};
use serde_json::{Value, json};
use std::fs;

impl Editor {
    /// Opens a file as it is on disk.
    #[track_caller]
    pub(crate) fn open(&mut self, path: &str) {
        let bytes =
            fs::read(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        self.open_as(path, &String::from_utf8_lossy(&bytes));
    }

    /// Opens a file with a text that need not be on disk.
    pub(crate) fn open_as(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let version = 1;
        self.notify(
            "textDocument/didOpen",
            json!({ "textDocument": {
                "uri": uri, "languageId": language(path), "version": version, "text": text,
            }}),
        );
        let text = text.to_owned();
        self.published.remove(&uri);
        self.buffers.insert(uri, Buffer { text, version });
    }

    /// Changes an open file; each change speaks of the text that the one before left.
    #[track_caller]
    pub(crate) fn change(&mut self, path: &str, changes: &[Change]) {
        let uri = self.uri(path);
        self.apply_to(&uri, changes);
    }

    /// Puts `new` in the place of the only `old`.
    #[track_caller]
    pub(crate) fn replace(&mut self, path: &str, old: &str, new: &str) {
        let buffer = self.buffer(path);
        assert_eq!(
            buffer.text.matches(old).count(),
            1,
            "{path} holds {old:?} once:\n{}",
            buffer.text
        );
        let start = buffer.text.find(old).unwrap();
        let from = buffer.position(start, self.encoding);
        let to = buffer.position(start + old.len(), self.encoding);
        let text = new.to_owned();
        self.change(
            path,
            &[Change {
                range: Some((from, to)),
                text,
            }],
        );
    }

    /// Types text right behind the only `before`.
    #[track_caller]
    pub(crate) fn type_after(&mut self, path: &str, before: &str, text: &str) {
        let buffer = self.buffer(path);
        assert_eq!(
            buffer.text.matches(before).count(),
            1,
            "{path} holds {before:?} once:\n{}",
            buffer.text
        );
        let at = buffer.text.find(before).unwrap() + before.len();
        let at = buffer.position(at, self.encoding);
        let text = text.to_owned();
        self.change(
            path,
            &[Change {
                range: Some((at, at)),
                text,
            }],
        );
    }

    /// Writes an open file to disk and says so.
    #[track_caller]
    pub(crate) fn save(&mut self, path: &str) {
        let text = self.buffer(path).text.clone();
        fs::write(self.root.join(path), &text).unwrap();
        self.tell_of_saving(path);
    }

    /// Says that an open file was written to disk.
    pub(crate) fn tell_of_saving(&mut self, path: &str) {
        let text = self.buffer(path).text.clone();
        let uri = self.uri(path);
        self.notify(
            "textDocument/didSave",
            json!({ "textDocument": { "uri": uri }, "text": text }),
        );
    }

    /// Closes a file.
    pub(crate) fn close(&mut self, path: &str) {
        let uri = self.uri(path);
        self.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        );
        self.buffers.remove(&uri);
    }

    /// Takes the text from disk by closing and opening, as Neovim and Emacs do.
    #[track_caller]
    pub(crate) fn reload(&mut self, path: &str) {
        self.close(path);
        self.open(path);
    }

    /// The text of an open file.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> &str {
        &self.buffer(path).text
    }

    /// The version of an open file.
    #[track_caller]
    pub(crate) fn version(&self, path: &str) -> i64 {
        self.buffer(path).version
    }

    /// Changes a buffer and tells of it; a file that is not open is changed on disk.
    pub(super) fn apply_to(&mut self, uri: &str, changes: &[Change]) {
        let encoding = self.encoding;
        let Some(buffer) = self.buffers.get_mut(uri) else {
            return apply_on_disk(uri, changes, encoding);
        };
        for change in changes {
            buffer.apply(change, encoding);
        }
        buffer.version += 1;
        let version = buffer.version;
        let changes: Vec<Value> = changes.iter().map(Change::json).collect();
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }),
        );
    }

    #[track_caller]
    fn buffer(&self, path: &str) -> &Buffer {
        let buffer = self.buffers.get(&self.uri(path));
        buffer.unwrap_or_else(|| panic!("{path} is not open"))
    }
}

fn apply_on_disk(uri: &str, changes: &[Change], encoding: Encoding) {
    let path = uri
        .strip_prefix("file://")
        .unwrap_or_else(|| panic!("{uri} is a file"));
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut buffer = Buffer { text, version: 0 };
    for change in changes {
        buffer.apply(change, encoding);
    }
    fs::write(path, buffer.text).unwrap();
}

/// What editors call the language of a file.
fn language(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("rs") => "rust",
        Some("py") => "python",
        Some("js" | "mjs" | "cjs") => "javascript",
        Some("ts") => "typescript",
        Some("tsx") => "typescriptreact",
        _ => "plaintext",
    }
}
