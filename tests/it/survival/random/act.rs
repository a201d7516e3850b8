//! What a person and an assistant do to the text.

use super::Tale;
use crate::survival::drawing::{Standing, Taken, is_closer, key};
use crate::survival::fixture::RUST;

/// A line of a file: its number from 0, and its text.
type Line = (usize, String);

impl Tale {
    fn file(&mut self) -> String {
        let files = self.story.files();
        self.dice.one(&files).unwrap()
    }

    fn lines(&self, path: &str) -> Vec<String> {
        let text = self.story.repo.read(path);
        text.lines().map(str::to_owned).collect()
    }

    fn write(&self, path: &str, lines: &[String]) {
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        self.story.repo.write(path, text);
    }

    /// A word that stands nowhere, of five letters.
    pub(super) fn word(&mut self) -> String {
        self.words += 1;
        let letter = |at: u32| char::from(b'a' + ((self.words / 26_u32.pow(at)) % 26) as u8);
        format!("zq{}{}{}", letter(2), letter(1), letter(0))
    }

    /// A statement of a function that rustfmt leaves as it is.
    fn statement(&mut self, path: &str) -> Option<Line> {
        let is_one = |line: &str| {
            let of_broken = RUST.broken.iter().any(|(broken, into)| {
                *broken == line.trim() || into.lines().any(|part| part.get(2..) == Some(line))
            });
            line.starts_with([' ', '\t']) && line.ends_with(';') && !is_closer(line) && !of_broken
        };
        let lines = self.lines(path).into_iter().enumerate();
        let all: Vec<Line> = lines.filter(|(_, line)| is_one(line)).collect();
        self.dice.one(&all)
    }

    /// The lines of a paragraph that is a function.
    fn function(&mut self, path: &str) -> Option<(usize, usize)> {
        let lines = self.lines(path);
        let mut all = Vec::new();
        let mut start = 0;
        for end in 0..=lines.len() {
            if end == lines.len() || lines[end].is_empty() {
                if lines[start..end]
                    .iter()
                    .any(|line| line.contains("pub fn "))
                {
                    all.push((start, end));
                }
                start = end + 1;
            }
        }
        self.dice.one(&all)
    }

    fn standing(&self, line: &str) -> Option<Standing> {
        self.story.lines.standings(line)[0]
    }

    /// A line has another text: who answers for it, and what was taken away behind it, stays.
    fn becomes(&mut self, old: &str, new: &str) {
        let letter = match self.standing(old) {
            Some(Standing::Unreviewed) => 'u',
            Some(Standing::Confirmed) => 'c',
            _ => 'p',
        };
        self.story.lines.forget(old);
        self.story.says(&format!("{letter} {new}"));
        for taken in &mut self.story.lines.taken {
            if taken.behind == key(old) {
                taken.behind = key(new);
            }
        }
        self.changed.push(new.trim().to_owned());
    }

    pub(super) fn edits_a_word(&mut self) {
        let path = self.file();
        let Some((number, line)) = self.statement(&path) else {
            return;
        };
        let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let words: Vec<String> = words
            .filter(|word| word.len() > 4)
            .map(str::to_owned)
            .collect();
        let Some(word) = self.dice.one(&words) else {
            return;
        };
        if self.changed.contains(&line.trim().to_owned()) || words.len() < 3 {
            return;
        }
        let new = line.replacen(&word, &self.word(), 1);
        let mut lines = self.lines(&path);
        lines[number].clone_from(&new);
        self.write(&path, &lines);
        self.becomes(&line, &new);
        self.says(format_args!("{path}:{} {new}", number + 1));
    }

    pub(super) fn inserts_a_line(&mut self) {
        let path = self.file();
        let Some((number, line)) = self.statement(&path) else {
            return;
        };
        let new = format!(
            "    let {} = {}.{}({});",
            self.word(),
            self.word(),
            self.word(),
            self.word()
        );
        let mut lines = self.lines(&path);
        lines.insert(number + 1, new.clone());
        self.write(&path, &lines);
        self.story.says(&format!("p {new}"));
        self.says(format_args!("{path}:{} {new} (behind {line})", number + 2));
    }

    /// Not where something was taken away, which would then stand elsewhere; and not beside a line that somebody else
    /// wrote: nobody could tell that from an edit of the line.
    pub(super) fn deletes_a_line(&mut self) {
        let path = self.file();
        let Some((number, line)) = self.statement(&path) else {
            return;
        };
        let mut lines = self.lines(&path);
        let standing = self.standing(&line);
        let alike = |line: &String| is_closer(line) || self.standing(line) == standing;
        let beside = [&lines[number - 1], &lines[number + 1]];
        if !beside.into_iter().all(alike) || self.is_anchor(&line) {
            return;
        }
        lines.remove(number);
        self.write(&path, &lines);
        self.story.lines.forget(&line);
        self.says(format_args!("{path}:{} {line}", number + 1));
    }

    /// Whether something was taken away behind a line.
    fn is_anchor(&self, line: &str) -> bool {
        let mut taken = self.story.lines.taken.iter();
        taken.any(|taken| taken.behind == key(line))
    }

    fn made_up(&mut self) -> String {
        let words: Vec<String> = (0..12).map(|_| self.word()).collect();
        format!(
            "/// {} the {} of {}.\npub fn {}({}: &Order) -> Money {{\n    let {} = {}.{}({});\n    {}.{}({})\n}}\n",
            words[0],
            words[1],
            words[2],
            words[3],
            words[4],
            words[5],
            words[6],
            words[7],
            words[8],
            words[9],
            words[10],
            words[11]
        )
    }

    fn with_function(&mut self, path: &str, function: &str) -> String {
        let lines = self.lines(path);
        let at = self.function(path).map_or(lines.len(), |(start, _)| start);
        let (head, tail) = lines.split_at(at);
        let (head, tail) = (head.join("\n"), tail.join("\n"));
        match tail.is_empty() {
            true => format!("{head}\n\n{function}"),
            false => format!("{head}\n{function}\n{tail}\n"),
        }
    }

    pub(super) fn writes_a_function(&mut self) {
        let path = self.file();
        let function = self.made_up();
        let text = self.with_function(&path, &function);
        self.story.repo.write(&path, text);
        self.learn('p', &function);
        self.says(format_args!("{path}: {function}"));
    }

    pub(super) fn lets_write_a_function(&mut self) {
        let path = self.file();
        let function = self.made_up();
        let text = self.with_function(&path, &function);
        self.story.another_assistant().write(&path, &text);
        self.learn('u', &function);
        self.says(format_args!("{path}: {function}"));
    }

    fn learn(&mut self, letter: char, text: &str) {
        let drawing: String = text
            .lines()
            .map(|line| format!("{letter} {line}\n"))
            .collect();
        self.story.says(&drawing);
    }

    pub(super) fn lets_insert_a_line(&mut self) {
        let path = self.file();
        let Some((number, line)) = self.statement(&path) else {
            return;
        };
        let new = format!(
            "    let {} = {}.{}({});",
            self.word(),
            self.word(),
            self.word(),
            self.word()
        );
        self.story
            .another_assistant()
            .edit(&path, &line, &format!("{line}\n{new}"));
        self.story.says(&format!("u {new}"));
        self.says(format_args!("{path}:{} {new} (behind {line})", number + 2));
    }

    /// A line of a person's: an assistant may take back what nobody has reviewed.
    pub(super) fn lets_take_a_line_away(&mut self) {
        let path = self.file();
        let Some((number, line)) = self.statement(&path) else {
            return;
        };
        let mut lines = self.lines(&path);
        let behind = lines[..number]
            .iter()
            .rfind(|line| !line.trim().is_empty())
            .unwrap()
            .trim()
            .to_owned();
        let is_persons = self.standing(&line) == Some(Standing::Persons);
        if !is_persons || self.is_anchor(&line) || self.is_anchor(&behind) {
            return;
        }
        lines.remove(number);
        self.story
            .another_assistant()
            .edit(&path, &format!("{line}\n"), "");
        self.story.lines.forget(&line);
        let taken = Taken {
            behind: key(&behind),
            lines: 1,
        };
        self.story.lines.taken.push(taken);
        self.says(format_args!("{path}:{} {line}", number + 1));
    }

    pub(super) fn moves_a_function(&mut self) {
        let (from, to) = (self.file(), self.file());
        let Some((start, end)) = self.function(&from) else {
            return;
        };
        let mut lines = self.lines(&from);
        // What an assistant took away, with or without something in its place, stays in its file when all that stood
        // around it leaves.
        let holds =
            |line: &String| self.is_anchor(line) || line.contains("order.article.fragility()");
        if from != to && lines[start..end].iter().any(holds) {
            return;
        }
        let function: Vec<String> = lines.drain(start..end).collect();
        if lines.get(start).is_some_and(String::is_empty) {
            lines.remove(start);
        }
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        if lines.is_empty() {
            return;
        }
        self.write(&from, &lines);
        let text = self.with_function(&to, &(function.join("\n") + "\n"));
        self.story.repo.write(&to, text);
        self.says(format_args!(
            "{from}:{} to {to}: {}",
            start + 1,
            function[0]
        ));
    }

    pub(super) fn confirms_a_function(&mut self) {
        let path = self.file();
        let Some((start, end)) = self.function(&path) else {
            return;
        };
        let lines = self.lines(&path)[start..end].to_vec();
        let unreviewed: Vec<&String> = lines
            .iter()
            .filter(|line| !is_closer(line) && self.standing(line) == Some(Standing::Unreviewed))
            .collect();
        if unreviewed.is_empty() {
            return;
        }
        let place = format!("{path}:{}-{end}", start + 1);
        let function: String = unreviewed
            .into_iter()
            .map(|line| format!("c {line}\n"))
            .collect();
        self.story.repo.run_in_terminal(&["confirm", &place]).ok();
        self.story.says(&function);
        let within = |behind: &str| lines.iter().any(|line| key(line) == behind);
        self.story
            .lines
            .taken
            .retain(|taken| !within(&taken.behind));
        self.says(place);
    }

    pub(super) fn renames_a_file(&mut self) {
        let path = self.file();
        let to = format!("src/{}.rs", self.word());
        self.story.repo.rename(&path, &to);
        self.says(format_args!("{path} to {to}"));
    }

    pub(super) fn formats(&mut self) {
        if crate::survival::story::has_rustfmt() {
            self.story.format();
        }
    }

    pub(super) fn looks(&mut self) {
        self.story.repo.run(&["status"]).ok();
    }

    pub(super) fn converts_line_ends(&mut self) {
        let path = self.file();
        let text = self.story.repo.read(&path);
        self.story.repo.write(&path, text.replace('\n', "\r\n"));
        self.looks();
        self.story.repo.write(&path, text);
        self.says(path);
    }

    pub(super) fn sets_tabs(&mut self) {
        let path = self.file();
        let text = self.story.repo.read(&path);
        self.story.repo.write(&path, text.replace("\n    ", "\n\t"));
        self.says(path);
    }
}
