//! One row on its way: the repository, and what is to be known of its lines.

use super::drawing::{self, Lines, Standing, Taken, key};
use super::fixture::{Fixture, RUST};
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use std::cell::Cell;
use std::process::Command;

/// The files of the fixture, for the operations.
pub(super) const ORDER: &str = "src/order.rs";
pub(super) const GIFT: &str = "src/gift.rs";
pub(super) const DESK: &str = "src/desk.rs";

/// A repository in which an assistant and a person have worked, nothing of it committed.
pub(super) struct Story {
    pub(super) repo: Repo,
    pub(super) lines: Lines,
    sessions: Cell<u32>,
}

impl Story {
    /// The fixture of the matrix.
    pub(super) fn begin() -> Self {
        Self::of(&RUST)
    }

    /// A fixture, made through the real hook and in a real terminal.
    pub(super) fn of(fixture: &Fixture) -> Self {
        let repo = Repo::new();
        for (path, drawing) in fixture.files {
            let text = drawing::at_first(drawing);
            if !text.trim().is_empty() {
                repo.write(path, text);
            }
        }
        repo.commit("Start");
        let claude = Claude::new(&repo);
        for (path, drawing) in fixture.files {
            let text = drawing::with_the_assistant(drawing);
            if text != drawing::at_first(drawing) {
                claude.write(path, &text);
            }
            for (first, last) in drawing::confirmed(drawing, &text) {
                let lines = format!("{path}:{first}-{last}");
                repo.run_in_terminal(&["confirm", &lines]).ok();
            }
            repo.write(path, drawing::in_the_end(drawing));
        }
        Story {
            repo,
            lines: Lines::of(fixture),
            sessions: Cell::new(0),
        }
    }

    /// Lines that the row makes, or makes something else of, with the letters of the fixture.
    pub(super) fn says(&mut self, drawing: &str) {
        self.lines.learn(drawing);
    }

    /// A new session of an assistant: no other call has its name.
    pub(super) fn another_assistant(&self) -> Claude<'_> {
        let number = self.sessions.get() + 1;
        self.sessions.set(number);
        let session = format!("{number:08x}-51a5-4d0e-8a68-2f0f4c8f41d9");
        Claude::in_session(&self.repo, &session)
    }

    /// A person makes one line another; who answers for it stays.
    #[track_caller]
    pub(super) fn edit(&mut self, path: &str, old: &str, new: &str) {
        let whole = |part: &str, text: &str| {
            let line = text.lines().find(|line| line.contains(part));
            line.unwrap_or_else(|| panic!("{path} holds {part:?}"))
                .to_owned()
        };
        let before = self.repo.read(path);
        let line = whole(old, &before);
        let standing = self.lines.standings(&line)[0];
        self.repo.replace(path, old, new);
        let letter = match standing {
            Some(Standing::Unreviewed) => 'u',
            Some(Standing::Confirmed) => 'c',
            _ => 'p',
        };
        self.lines.forget(&line);
        let changed = whole(new, &self.repo.read(path));
        self.says(&format!("{letter} {changed}"));
    }

    /// A person writes lines behind another.
    #[track_caller]
    pub(super) fn insert(&mut self, path: &str, behind: &str, new: &str) {
        let text = self.repo.read(path);
        assert_eq!(text.matches(behind).count(), 1, "{path} holds {behind:?}");
        let at = text.find(behind).unwrap();
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        self.repo
            .write(path, [&text[..end], new, &text[end..]].concat());
        let drawing: String = new.lines().map(|line| format!("p {line}\n")).collect();
        self.says(&drawing);
    }

    /// A person deletes the line that holds this.
    #[track_caller]
    pub(super) fn delete(&mut self, path: &str, holding: &str) {
        let text = self.repo.read(path);
        let line = text.lines().find(|line| line.contains(holding));
        let line = line.unwrap_or_else(|| panic!("{path} holds {holding:?}"));
        let rest = text.replacen(&format!("{line}\n"), "", 1);
        self.lines.forget(line);
        self.repo.write(path, rest);
    }

    /// An assistant has taken these lines away behind that one.
    pub(super) fn takes(&mut self, taken: &str, behind: &str) {
        self.lines.taken.push(Taken {
            behind: key(behind),
            lines: taken.lines().count() as u64,
        });
    }

    /// Takes the paragraph that holds this away from a file, with the blank line behind it.
    #[track_caller]
    pub(super) fn cut(&self, path: &str, holding: &str) -> String {
        let text = self.repo.read(path);
        let paragraph = paragraph(&text, holding);
        let rest = match text.contains(&format!("{paragraph}\n")) {
            true => text.replacen(&format!("{paragraph}\n"), "", 1),
            false => text.replacen(&paragraph, "", 1).replace("}\n\n\n", "}\n\n"),
        };
        self.repo.write(path, rest.trim_end().to_owned() + "\n");
        paragraph
    }

    /// The paragraph that holds this.
    #[track_caller]
    pub(super) fn copy(&self, path: &str, holding: &str) -> String {
        paragraph(&self.repo.read(path), holding)
    }

    /// Puts a paragraph at the end of a file.
    pub(super) fn paste(&self, path: &str, paragraph: &str) {
        self.repo.append(path, &format!("\n{paragraph}"));
    }

    /// Commits all there is, if there is anything.
    pub(super) fn commit(&self, message: &str) {
        if !self.is_clean() {
            self.repo.commit(message);
        }
    }

    /// Runs git.
    #[track_caller]
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.repo.git(arguments)
    }

    /// Whether all is committed.
    pub(super) fn is_clean(&self) -> bool {
        self.git(&["status", "--porcelain"]).is_empty()
    }

    /// The files in the work tree that hold code.
    pub(super) fn files(&self) -> Vec<String> {
        let listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
        let all = self.git(&listed);
        let code = all.lines().filter(|path| path.starts_with("src/"));
        let mut paths: Vec<String> = code.map(str::to_owned).collect();
        paths.retain(|path| self.repo.path(path).is_file());
        paths.sort();
        paths.dedup();
        paths
    }

    /// A person formats all files.
    pub(super) fn format(&self) {
        let done = rustfmt(&self.repo)
            .args(["--edition", "2024", "--config", "skip_children=true"])
            .args(self.files().iter().map(|path| self.repo.path(path)))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "rustfmt: {said}");
    }
}

/// Whether there is a rustfmt to format with.
pub(super) fn has_rustfmt() -> bool {
    let version = Command::new("rustfmt").arg("--version").output();
    version.is_ok_and(|version| version.status.success())
}

/// rustup finds its toolchains by the home folder of who runs the tests.
fn rustfmt(repo: &Repo) -> Command {
    let mut command = repo.command("rustfmt");
    for name in ["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

#[track_caller]
fn paragraph(text: &str, holding: &str) -> String {
    let mut found = text.split("\n\n").filter(|part| part.contains(holding));
    let paragraph = found.next();
    let paragraph = paragraph.unwrap_or_else(|| panic!("{holding:?} stands in {text}"));
    paragraph.trim_matches('\n').to_owned() + "\n"
}
