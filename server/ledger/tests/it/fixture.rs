//! Throwaway folders, repositories and facts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_ledger::{Batch, Durability, Ledger, Place, git, locate_in};
use countersign_provenance::{
    Act, ActKind, BlobId, Evidence, Fact, FactId, Level, Mark, Origin, Regions, Removal, Span,
    Statement, Stretch, TextFact,
};
use tempfile::TempDir;

/// A folder that goes when the test ends.
pub(crate) struct Folder {
    temporary: TempDir,
    /// Without symlinks.
    pub(crate) path: PathBuf,
}

/// An empty folder outside any repository.
pub(crate) fn folder() -> Folder {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().canonicalize().unwrap();
    Folder { temporary, path }
}

/// A folder with an empty repository in `repo`.
pub(crate) fn repository() -> Folder {
    repository_with(&[])
}

/// The same, with more options to `git init`.
pub(crate) fn repository_with(options: &[&str]) -> Folder {
    let folder = folder();
    let arguments = [&["init", "-q", "-b", "main"], options, &["repo"]].concat();
    folder.git_in("", &arguments);
    folder.git(&["config", "user.name", "Ada"]);
    folder.git(&["config", "user.email", "ada@example.com"]);
    folder.git(&["config", "core.autocrlf", "false"]);
    folder
}

impl Folder {
    /// The repository's root.
    pub(crate) fn root(&self) -> PathBuf {
        self.path.join("repo")
    }

    /// The place of the repository, or of a plain folder.
    pub(crate) fn place(&self) -> Place {
        let root = self.root();
        self.place_of(if root.exists() { &root } else { &self.path })
    }

    /// The place of any file.
    pub(crate) fn place_of(&self, file: &Path) -> Place {
        locate_in(file, Some(&self.state()))
    }

    /// Where facts about files outside repositories go.
    pub(crate) fn state(&self) -> PathBuf {
        self.temporary.path().with_extension("state")
    }

    /// Writes a file into the repository.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    /// Runs git in the repository and returns what it prints, trimmed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in("repo", arguments)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the repository under test is made by git"
    )]
    pub(crate) fn git_in(&self, inside: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "protocol.file.allow=always",
                "-c",
                "core.hooksPath=/dev/null",
            ])
            .args(arguments)
            .current_dir(self.path.join(inside))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {words}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits everything and returns the commit.
    pub(crate) fn commit_all(&self, message: &str) -> git::CommitId {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        git::CommitId::new(self.git(&["rev-parse", "HEAD"])).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.state());
    }
}

/// The ledger of a place with these facts in it.
pub(crate) fn ledger_with(place: &Place, facts: impl IntoIterator<Item = Fact>) -> Ledger {
    let mut ledger = Ledger::open(place).unwrap();
    ledger
        .append(&batch(facts), Durability::Recoverable)
        .unwrap();
    ledger
}

pub(crate) fn batch(facts: impl IntoIterator<Item = Fact>) -> Batch {
    Batch {
        facts: facts.into_iter().collect(),
        ..Batch::default()
    }
}

/// Acts are Ada's; the rest is nobody's.
pub(crate) fn fact(id: u128, statement: Statement) -> Fact {
    let by = match statement {
        Statement::Act(_) | Statement::Undo(_) => "Ada",
        _ => "",
    };
    Fact {
        id: FactId(id),
        at: 1_700_000_000_000,
        by: by.to_owned(),
        statement,
    }
}

pub(crate) fn blob_of(text: &str) -> BlobId {
    git::blob_id(text.as_bytes(), git::ObjectFormat::Sha1)
}

pub(crate) fn some_origin() -> Origin {
    Origin {
        source: "claude-code".to_owned(),
        model: Some("a model".to_owned()),
        session: None,
        evidence: Evidence::Reported,
        at: 1_700_000_000_000,
    }
}

pub(crate) fn origin(id: u128) -> Fact {
    fact(id, Statement::Origin(some_origin()))
}

pub(crate) fn stretch(origin: u128) -> Stretch {
    Stretch {
        origin: FactId(origin),
        ink: 0..4,
    }
}

/// A text of which bytes 0 to 4 are by origin 1.
pub(crate) fn text_fact(text: &str, path: &str) -> TextFact {
    let span = Span {
        bytes: 0..4,
        origin: FactId(1),
        ink: 0..4,
    };
    let mark = Mark {
        at: 4,
        removal: FactId(2),
    };
    let regions = Regions {
        spans: vec![span],
        marks: vec![mark],
    };
    TextFact {
        blob: blob_of(text),
        path: path.to_owned(),
        bound: false,
        regions,
    }
}

pub(crate) fn some_removal(path: &str) -> Removal {
    Removal {
        origin: FactId(1),
        path: path.to_owned(),
        before: blob_of("before"),
        removed: vec![0..3, 5..6],
        lines: 2,
        occurrences: 1,
        whole_file: false,
    }
}

/// Ada acts on origins and removals.
pub(crate) fn act(id: u128, kind: ActKind, origins: &[u128], removals: &[u128]) -> Fact {
    let act = Act {
        kind,
        level: Level::Verified,
        note: Some("read twice".to_owned()),
        answers: vec![(
            "swallowed-error".to_owned(),
            "the caller logs it".to_owned(),
        )],
        blob: blob_of("text"),
        path: "src/a.rs".to_owned(),
        stretches: origins.iter().map(|id| stretch(*id)).collect(),
        removals: removals.iter().map(|id| FactId(*id)).collect(),
    };
    Fact {
        by: "Ada <ada@example.com>".to_owned(),
        ..fact(id, Statement::Act(act))
    }
}

pub(crate) fn undo(id: u128, act: u128) -> Fact {
    fact(id, Statement::Undo(FactId(act)))
}

/// This very test program, to run one of its tests in a process of its own.
#[expect(
    clippy::disallowed_methods,
    reason = "several processes are what is tested"
)]
pub(crate) fn another_process(test: &str, place_of: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env("LEDGER_TEST_CHILD", place_of);
    command
}

/// In such a process: the folder it shall work on. `None` in an ordinary test run.
pub(crate) fn task_of_this_process() -> Option<PathBuf> {
    std::env::var_os("LEDGER_TEST_CHILD").map(PathBuf::from)
}
