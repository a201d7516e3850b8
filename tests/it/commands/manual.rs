//! Completions and manual pages are made from the commands, so they hold all of them.

use super::commands;
use crate::support::repo::Repo;
use std::fs;
use std::process::Command;

/// The shells with the option that only reads a script, where they have one.
const SHELLS: &[(&str, Option<&str>)] = &[
    ("bash", Some("-n")),
    ("zsh", Some("-n")),
    ("fish", Some("--no-execute")),
    ("elvish", Some("-compileonly")),
    ("powershell", None),
];

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

#[test]
fn the_completions_of_each_shell_know_all_commands() {
    let repo = Repo::without_git();
    for (shell, _) in SHELLS {
        let script = repo.run(&["completions", shell]).ok().stdout;
        for command in commands(&repo) {
            assert!(script.contains(&command), "{shell} lacks {command}");
        }
        for option in ["source", "accept-loss"] {
            assert!(script.contains(option), "{shell} lacks --{option}");
        }
    }
}

/// Of those shells that are installed here; bash always is.
#[test]
fn a_shell_can_read_its_completions() {
    let repo = Repo::without_git();
    assert!(is_installed("bash"));
    let installed = SHELLS.iter().filter(|(shell, _)| is_installed(shell));
    for (shell, check) in installed.filter_map(|(shell, check)| Some((shell, (*check)?))) {
        let script = repo.run(&["completions", shell]).ok().stdout;
        repo.write("script", script);
        let read = repo.command(shell).args([check, "script"]).output();
        let read = read.unwrap();
        let said = String::from_utf8_lossy(&read.stderr);
        assert!(read.status.success() && said.is_empty(), "{shell}: {said}");
    }
}

#[test]
fn bash_completes_a_command_and_its_option() {
    let repo = Repo::without_git();
    let script = repo.run(&["completions", "bash"]).ok().stdout;
    repo.write("script", script);
    let completed = |words: &str| {
        let line = format!(
            "source ./script; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); \
             _countersign countersign \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo ${{COMPREPLY[@]}}"
        );
        let output = repo.command("bash").args(["-c", &line]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    assert_eq!(completed("countersign conf"), "confirm");
    assert_eq!(completed("countersign mark --so"), "--source");
    assert_eq!(completed("countersign confirm --level v"), "verified");
    assert_eq!(completed("countersign hook cl"), "claude-code");
    assert_eq!(completed("countersign init hel"), "helix");
    assert_eq!(completed("countersign man ch"), "check");
    assert_eq!(completed("countersign lsp --log-level w"), "warn");
    assert_eq!(completed("countersign sync --ho"), "", "it is hidden");
}

#[test]
fn each_command_has_its_page_with_its_examples() {
    let repo = Repo::without_git();
    let said = repo.run(&["man", "--dir", "share/man1"]).ok().stdout;
    let commands = commands(&repo);
    let count = commands.len() + 1;
    assert_eq!(said, format!("Wrote {count} pages into share/man1.\n"));
    let files = fs::read_dir(repo.path("share/man1")).unwrap();
    assert_eq!(files.count(), count);
    let main = repo.read("share/man1/countersign.1");
    assert_eq!(repo.run(&["man"]).ok().stdout, main);
    for command in commands {
        let page = repo.read(&format!("share/man1/countersign-{command}.1"));
        assert_eq!(repo.run(&["man", &command]).ok().stdout, page);
        let named = format!("countersign\\-{command}(1)");
        assert!(main.contains(&named), "countersign.1 lacks {command}");
        assert!(page.contains(".SH EXAMPLES\n"), "{page}");
        let example = page.split(".SH EXAMPLES").nth(1).unwrap();
        assert!(
            example.contains(&format!("countersign {command}")) || command == "lsp",
            "{page}"
        );
    }
}

/// Where groff is installed it finds nothing wrong with any page.
#[test]
fn the_pages_can_be_set() {
    if !is_installed("groff") {
        return;
    }
    let repo = Repo::without_git();
    repo.run(&["man", "--dir", "pages"]).ok();
    for page in fs::read_dir(repo.path("pages")).unwrap() {
        let page = page.unwrap().path();
        let mut groff = repo.command("groff");
        let set = groff.args(["-man", "-Tutf8", "-wall", "-z"]).arg(&page);
        let set = set.output().unwrap();
        let said = String::from_utf8_lossy(&set.stderr);
        assert!(set.status.success() && said.is_empty(), "{said}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let repo = Repo::without_git();
    repo.write("file", "");
    let said = repo.run(&["man", "--dir", "file/pages"]).expect_code(2);
    assert!(said.stderr.contains("cannot be written"), "{said}");
}
