//! What a program left behind when it ended.

use serde_json::Value;
use std::fmt;

/// A program's end: its exit code and what it wrote.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// The exit code; 128 and the number of the signal if one ended it.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The command line, for messages.
    pub(crate) call: String,
}

impl Output {
    /// Fails with everything that was written unless the program ended with this code.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "unexpected exit code of {self}");
        self
    }

    /// Fails with everything that was written unless the program succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.expect_code(0)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("no JSON ({error}) from {self}"),
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "`{}`: exit code {}", self.call, self.code)?;
        writeln!(f, "--- stdout\n{}", self.stdout)?;
        write!(f, "--- stderr\n{}", self.stderr)
    }
}
