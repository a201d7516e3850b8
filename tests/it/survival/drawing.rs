//! Lines, each with who answers for it.

use super::fixture::Fixture;
use std::collections::BTreeMap;

/// Who answers for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// An assistant wrote it and nobody has looked at it.
    Unreviewed,
    /// An assistant wrote it and a person confirmed it.
    Confirmed,
    /// A person wrote it.
    Persons,
}

/// When a line of the fixture came, or that it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    AtFirst,
    WithTheAssistant(Standing),
    WithThePerson,
    /// An assistant took it away.
    Went,
    /// An assistant wrote the next line in its place.
    Replaced,
}

/// The lines of a drawing, blank ones too.
fn read(drawing: &str) -> impl Iterator<Item = (Came, &str)> {
    drawing.trim_matches('\n').lines().map(|line| {
        let came = match line.bytes().next() {
            Some(b'u') => Came::WithTheAssistant(Standing::Unreviewed),
            Some(b'c') => Came::WithTheAssistant(Standing::Confirmed),
            Some(b'p') => Came::WithThePerson,
            Some(b'-') => Came::Went,
            Some(b'~') => Came::Replaced,
            Some(b' ') | None => Came::AtFirst,
            Some(_) => panic!("no letter stands before {line:?}"),
        };
        (came, line.get(2..).unwrap_or(""))
    })
}

fn text_of(drawing: &str, is_there: impl Fn(Came) -> bool) -> String {
    let lines = read(drawing).filter(|(came, _)| is_there(*came));
    lines.flat_map(|(_, line)| [line, "\n"]).collect()
}

/// What was in the first commit.
pub(super) fn at_first(drawing: &str) -> String {
    let is_there = |came| matches!(came, Came::AtFirst | Came::Went | Came::Replaced);
    text_of(drawing, is_there)
}

/// What the assistant made of it.
pub(super) fn with_the_assistant(drawing: &str) -> String {
    let is_there = |came| matches!(came, Came::AtFirst | Came::WithTheAssistant(_));
    text_of(drawing, is_there)
}

/// What stands there when the row begins.
pub(super) fn in_the_end(drawing: &str) -> String {
    text_of(drawing, |came| !matches!(came, Came::Went | Came::Replaced))
}

/// The stretches of lines that a person has confirmed in a text, counted from 1, both ends in.
pub(super) fn confirmed(drawing: &str, text: &str) -> Vec<(usize, usize)> {
    let of_it = |line: &str| {
        let mut lines = read(drawing);
        let confirmed = Came::WithTheAssistant(Standing::Confirmed);
        !is_closer(line) && lines.any(|(came, text)| came == confirmed && text == line)
    };
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        match stretches.last_mut() {
            // What closes a stretch, and the blank line behind it, is said with it.
            Some(last) if last.1 + 1 == number && (of_it(line) || line == "}") => last.1 = number,
            _ if of_it(line) && !line.is_empty() => stretches.push((number, number)),
            _ => {}
        }
    }
    stretches
}

/// What of a line is the same whatever formatter went over it: not its white space, not the kind of its quotes, not
/// what parts it from the next.
pub(super) fn key(line: &str) -> String {
    let ink = line.chars().filter(|sign| !sign.is_whitespace());
    let ink: String = ink
        .map(|sign| if sign == '\'' { '"' } else { sign })
        .collect();
    ink.trim_end_matches([';', ',']).to_owned()
}

/// What an assistant took away: the key of the line it stood behind, and how many lines they were.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Taken {
    pub(super) behind: String,
    pub(super) lines: u64,
}

/// What is known of all lines of a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    standings: BTreeMap<String, Standing>,
    /// Lines of the fixture that no row may lose without saying so.
    wanted: Vec<String>,
    /// What a formatter makes of lines that it breaks.
    broken: &'static [(&'static str, &'static str)],
    pub(super) taken: Vec<Taken>,
}

impl Lines {
    /// Those of a fixture.
    pub(super) fn of(fixture: &Fixture) -> Self {
        let mut lines = Lines {
            broken: fixture.broken,
            ..Lines::default()
        };
        for (_, drawing) in fixture.files {
            lines.learn(drawing);
            lines.wanted.extend(wanted(drawing));
            lines.taken.extend(taken(drawing));
        }
        let into = fixture.broken.iter().map(|(_, into)| into);
        into.for_each(|into| lines.learn(into));
        lines
    }

    /// Lines that the row makes, or makes something else of.
    pub(super) fn learn(&mut self, drawing: &str) {
        for (came, line) in read(drawing) {
            let standing = match came {
                Came::AtFirst | Came::WithThePerson => Standing::Persons,
                Came::WithTheAssistant(standing) => standing,
                Came::Went | Came::Replaced => continue,
            };
            if !line.trim().is_empty() && !is_closer(line) {
                self.standings.insert(key(line), standing);
            }
        }
    }

    /// A line that the row takes away, or makes something else of.
    pub(super) fn forget(&mut self, line: &str) {
        self.wanted.retain(|wanted| *wanted != key(line));
    }

    /// Who answers for each line of a text; blank lines are nobody's.
    #[track_caller]
    pub(super) fn standings(&self, text: &str) -> Vec<Option<Standing>> {
        let lines: Vec<&str> = text.lines().collect();
        let standing = |index: usize| {
            let line = opener(&lines, index)?;
            let known = self.standings.get(&key(line));
            Some(*known.unwrap_or_else(|| panic!("the row does not say who wrote {line:?}")))
        };
        (0..lines.len()).map(standing).collect()
    }

    /// The lines of the fixture that stand in none of these texts.
    pub(super) fn lost(&self, texts: &str) -> Vec<&str> {
        let there: Vec<String> = texts.lines().map(key).collect();
        let stands = |key: &String| there.contains(key);
        let stands_broken = |line: &str| {
            let into = self.broken.iter().find(|(broken, _)| key(broken) == line);
            into.is_some_and(|(_, into)| read(into).all(|(_, line)| stands(&key(line))))
        };
        let lost = self.wanted.iter();
        lost.filter(|line| !stands(line) && !stands_broken(line))
            .map(String::as_str)
            .collect()
    }
}

fn wanted(drawing: &str) -> impl Iterator<Item = String> {
    let stays = |came| !matches!(came, Came::Went | Came::Replaced);
    read(drawing)
        .filter(move |(came, line)| stays(*came) && !line.trim().is_empty())
        .map(|(_, line)| key(line))
}

fn taken(drawing: &str) -> Vec<Taken> {
    let (mut all, mut before): (Vec<Taken>, _) = (Vec::new(), (Came::AtFirst, ""));
    for (came, line) in read(drawing) {
        match all.last_mut() {
            Some(taken) if came == Came::Went && before.0 == Came::Went => taken.lines += 1,
            _ if came == Came::Went => all.push(Taken {
                behind: key(before.1),
                lines: 1,
            }),
            _ => {}
        }
        before = (came, line);
    }
    all
}

/// Whether a line only ends what another began.
pub(super) fn is_closer(line: &str) -> bool {
    line.trim().bytes().all(|byte| b"})];,".contains(&byte))
}

/// The line itself, or the one that began what it ends: the last before it with the same indentation.
fn opener<'a>(lines: &[&'a str], index: usize) -> Option<&'a str> {
    let line = lines[index];
    if line.trim().is_empty() {
        return None;
    }
    if !is_closer(line) {
        return Some(line);
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut before = lines[..index].iter().rev().filter(|other| {
        !other.trim().is_empty() && !is_closer(other) && indent(other) == indent(line)
    });
    before.next().copied()
}
