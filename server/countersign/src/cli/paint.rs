//! Colour for people at a terminal, and for nobody else.

use anstyle::{AnsiColor, Style};

/// Whether words are painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// For a terminal.
    Colour,
    /// For a file, a pipe, or whoever wants none.
    Plain,
}

impl Paint {
    /// Colour where standard output is a terminal that has it, and nobody asked for none (`NO_COLOR`).
    pub(super) fn of_stdout() -> Paint {
        match anstream::AutoStream::choice(&std::io::stdout()) {
            anstream::ColorChoice::Never => Paint::Plain,
            _ => Paint::Colour,
        }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    pub(super) fn red(self, text: &str) -> String {
        self.styled(AnsiColor::Red.on_default(), text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.styled(AnsiColor::Yellow.on_default(), text)
    }

    fn styled(self, style: Style, text: &str) -> String {
        match self {
            Paint::Colour => format!("{style}{text}{style:#}"),
            Paint::Plain => text.to_owned(),
        }
    }
}
