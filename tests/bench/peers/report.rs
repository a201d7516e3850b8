//! The figures as a table in Markdown.

use super::machine;
use super::peer::{Language, Peer, Way};
use super::sample::FINDINGS;
use super::session::Figures;
use super::size::Size;
use crate::Effort;
use crate::table::percentile;
use std::fmt;
use std::time::Duration;

/// All that was found.
pub(crate) struct Report {
    effort: Effort,
    machine: String,
    /// A row a server.
    pub(crate) rows: Vec<Row>,
    /// A server and the reason, each.
    pub(crate) not_run: Vec<String>,
    /// A release build of ours from nothing: not tried, failed, or how long it took.
    pub(crate) build: Option<Option<Duration>>,
}

/// A server's figures.
pub(crate) struct Row {
    /// The server.
    pub(crate) peer: &'static Peer,
    /// What it weighs on disk.
    pub(crate) bytes: Size,
    /// What was measured.
    pub(crate) figures: Figures,
}

const HEAD: [&str; 9] = [
    "server",
    "version",
    "text",
    "start, ms",
    "open, ms",
    "change p50 / p99, ms",
    "memory / peak, MB",
    "size, MB",
    "at a change it",
];

impl Report {
    /// An empty one; the machine is looked at before there is work on it.
    pub(crate) fn new(effort: Effort) -> Self {
        Report {
            effort,
            machine: machine::told(),
            rows: Vec::new(),
            not_run: Vec::new(),
            build: None,
        }
    }
}

impl Row {
    fn cells(&self) -> [String; 9] {
        let Figures {
            starts,
            opens,
            changes,
            open,
            peak,
            ..
        } = &self.figures;
        let memory = match (open, peak) {
            (Some(open), Some(peak)) => format!("{:.0} / {peak:.0}", open.resident),
            _ => "not told".to_owned(),
        };
        let mega = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
        [
            self.peer.name.to_owned(),
            self.figures.version.clone(),
            language(self.peer.language).to_owned(),
            shown(percent(starts, 50)),
            shown(percent(opens, 50)),
            format!(
                "{} / {} (n {})",
                shown(percent(changes, 50)),
                shown(percent(changes, 99)),
                changes.len()
            ),
            memory,
            match self.bytes {
                Size::Program(bytes) => mega(bytes),
                Size::Packages(bytes) => format!("{} + Node", mega(bytes)),
            },
            self.work(),
        ]
    }

    /// What it does at a change, how it says so, and how many findings that are.
    fn work(&self) -> String {
        let way = match (self.peer.way, self.figures.can_be_asked) {
            (Way::Push, true) => "pushed, can be pulled",
            (Way::Push, false) => "pushed",
            (Way::Pull, _) => "pulled",
        };
        let whole = match self.figures.sends_whole_text {
            true => ", is sent the whole text",
            false => "",
        };
        format!(
            "{}{whole}; {} diagnostics, {way}",
            self.peer.work, self.figures.diagnostics
        )
    }
}

fn language(language: Language) -> &'static str {
    match language {
        Language::Python => "Python",
        Language::Toml => "TOML",
        Language::TypeScript => "TypeScript",
    }
}

fn percent(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    percentile(&times, percent)
}

/// Three digits that matter.
fn shown(millis: f64) -> String {
    match millis {
        small if small < 10.0 => format!("{small:.2}"),
        middle if middle < 100.0 => format!("{middle:.1}"),
        large => format!("{large:.0}"),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.effort.runs(20, 2);
        writeln!(
            f,
            "Measured {}. A text of 5,000 lines with {FINDINGS} findings; {runs} starts each (the median), and n changes.\n",
            self.machine
        )?;
        let mut lines = vec![HEAD.map(str::to_owned)];
        lines.extend(self.rows.iter().map(Row::cells));
        let widths: Vec<usize> = (0..HEAD.len())
            .map(|column| {
                lines
                    .iter()
                    .map(|line| line[column].len())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for (number, line) in lines.iter().enumerate() {
            let cells = line.iter().zip(&widths);
            let cells: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            writeln!(f, "| {} |", cells.join(" | "))?;
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                writeln!(f, "|-{}-|", rule.join("-|-"))?;
            }
        }
        match self.build {
            None => {}
            Some(None) => writeln!(f, "\nOur release build failed.")?,
            Some(Some(took)) => writeln!(
                f,
                "\nA release build of countersign from nothing takes {:.0} s there.",
                took.as_secs_f64()
            )?,
        }
        for line in &self.not_run {
            writeln!(f, "\nNOT RUN: {line}")?;
        }
        Ok(())
    }
}
