//! An agent's JSON. Its parts are read when they are asked for: a payload may
//! hold the whole text of a file more than once, and most of that is never used.

use std::collections::HashMap;

use serde_json::value::RawValue;

/// A JSON object.
#[derive(Debug, Default)]
pub(crate) struct Payload<'a>(HashMap<String, &'a RawValue>);

impl<'a> Payload<'a> {
    /// Reads an object. Other JSON counts as an empty one.
    pub(crate) fn read(json: &'a [u8]) -> serde_json::Result<Self> {
        match serde_json::from_slice(json) {
            Ok(parts) => Ok(Payload(parts)),
            Err(error) if error.is_data() => Ok(Payload::default()),
            Err(error) => Err(error),
        }
    }

    /// A string. `None` where there is something else, or nothing.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.json(key)?).ok()
    }

    /// An object, empty where there is something else, or nothing.
    pub(super) fn object(&self, key: &str) -> Payload<'a> {
        let read = |json: &'a str| Payload::read(json.as_bytes()).ok();
        self.json(key).and_then(read).unwrap_or_default()
    }

    /// A list of objects. `None` where there is something else, or nothing.
    pub(super) fn list(&self, key: &str) -> Option<Vec<Payload<'a>>> {
        let parts: Vec<&'a RawValue> = serde_json::from_str(self.json(key)?).ok()?;
        let read = |part: &&'a RawValue| Payload::read(part.get().as_bytes()).unwrap_or_default();
        Some(parts.iter().map(read).collect())
    }

    /// A whole number that is not negative. `None` where there is something else, or nothing.
    pub(super) fn number(&self, key: &str) -> Option<u32> {
        serde_json::from_str(self.json(key)?).ok()
    }

    /// Whatever there is, as it was written.
    pub(super) fn json(&self, key: &str) -> Option<&'a str> {
        self.0.get(key).map(|part| part.get())
    }
}
