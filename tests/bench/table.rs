//! The one table: what was measured, its figures, and the goal beside them.

use std::fmt;
use std::time::Duration;

/// All that was measured so far.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    figures: String,
    goal: String,
    verdict: &'static str,
}

/// What a figure is to be at most, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// Shown without one.
    None,
    /// The median.
    Median(f64),
    /// The median, and the 99th percentile.
    MedianAndTail(f64, f64),
}

impl Table {
    /// Durations of one thing done many times.
    pub(crate) fn times(&mut self, what: impl Into<String>, mut times: Vec<Duration>, goal: Goal) {
        times.sort_unstable();
        let (p50, p99) = (percentile(&times, 50), percentile(&times, 99));
        let figures = format!(
            "p50 {:>8}  p99 {:>8}  n {}",
            millis(p50),
            millis(p99),
            times.len()
        );
        let (goal, verdict) = match goal {
            Goal::None => (String::new(), ""),
            Goal::Median(most) => (format!("<= {most} ms"), verdict(p50 <= most)),
            Goal::MedianAndTail(most, tail) => (
                format!("<= {most} / {tail} ms"),
                verdict(p50 <= most && p99 <= tail),
            ),
        };
        self.rows.push(Row {
            what: what.into(),
            figures,
            goal,
            verdict,
        });
    }

    /// One number that has a goal: it is to be at most `most`.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, number: f64, unit: &str, most: f64) {
        let (figures, goal) = (format!("{number:.1} {unit}"), format!("<= {most} {unit}"));
        self.rows.push(Row {
            what: what.into(),
            figures,
            goal,
            verdict: verdict(number <= most),
        });
    }

    /// What something costs for each line that has changed, beside `git blame` on the same files.
    pub(crate) fn each_line(&mut self, ours: Duration, gits: Duration, lines: usize) {
        let each = |time: Duration| time.as_secs_f64() * 1e6 / lines.max(1) as f64;
        self.note(
            format!("  each of {lines} changed lines"),
            format!("{:.1} µs; git blame {:.1} µs", each(ours), each(gits)),
        );
    }

    /// A number or a finding without a goal.
    pub(crate) fn note(&mut self, what: impl Into<String>, figures: impl Into<String>) {
        let (goal, verdict) = (String::new(), "");
        self.rows.push(Row {
            what: what.into(),
            figures: figures.into(),
            goal,
            verdict,
        });
    }
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

/// In milliseconds; of times that are sorted.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted
        .get(index)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

pub(crate) fn millis(number: f64) -> String {
    if number < 10.0 {
        format!("{number:.2} ms")
    } else {
        format!("{number:.1} ms")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width =
            |of: fn(&Row) -> &str| self.rows.iter().map(|row| of(row).len()).max().unwrap_or(0);
        let (what, figures, goal) = (
            width(|row| &row.what),
            width(|row| &row.figures),
            width(|row| &row.goal),
        );
        writeln!(
            f,
            "{:what$} | {:figures$} | {:goal$} |",
            "", "measured", "goal"
        )?;
        for row in &self.rows {
            let Row {
                what: w,
                figures: x,
                goal: g,
                verdict,
            } = row;
            writeln!(f, "{w:what$} | {x:figures$} | {g:goal$} | {verdict}")?;
        }
        let missed = self
            .rows
            .iter()
            .filter(|row| row.verdict == "MISSED")
            .count();
        let goals = self
            .rows
            .iter()
            .filter(|row| !row.verdict.is_empty())
            .count();
        write!(f, "\n{} of {goals} goals met", goals - missed)
    }
}
