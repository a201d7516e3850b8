//! The text that git stores for a file, and git's own opinion of it.

use countersign_ledger::git::{self, GitError, LineEnds, NotText, Stored, as_stored};

use crate::fixture::{
    Folder, another_process, blob_of, folder, repository, repository_with, task_of_this_process,
};

fn stored(folder: &Folder, path: &str, disk: &[u8]) -> Stored {
    as_stored(&folder.place(), path, disk).unwrap()
}

/// Our answer names the blob that `git add` makes of the same file.
fn check_as_git_adds(folder: &Folder, path: &str, disk: &str, ends: LineEnds) {
    let Stored::Text {
        text,
        blob,
        line_ends,
    } = stored(folder, path, disk.as_bytes())
    else {
        panic!("{path} is text");
    };
    folder.write(path, disk);
    folder.git(&["add", path]);
    assert_eq!(
        blob.as_str(),
        folder.git(&["rev-parse", &format!(":{path}")])
    );
    assert_eq!(line_ends, ends);
    let expected = if ends == LineEnds::AsIs {
        disk.to_owned()
    } else {
        disk.replace("\r\n", "\n")
    };
    assert_eq!(text, expected);
}

#[test]
fn plain_text_is_stored_as_it_is() {
    let folder = repository();
    check_as_git_adds(&folder, "a.rs", "one\ntwo\n", LineEnds::AsIs);
    check_as_git_adds(&folder, "empty", "", LineEnds::AsIs);
    check_as_git_adds(&folder, "bom.rs", "\u{feff}one\n", LineEnds::AsIs);
    check_as_git_adds(&folder, "crlf.rs", "one\r\ntwo\r\n", LineEnds::AsIs);
}

#[test]
fn autocrlf_converts_line_ends() {
    let folder = repository();
    folder.git(&["config", "core.autocrlf", "true"]);
    check_as_git_adds(&folder, "a.rs", "one\r\ntwo\r\n", LineEnds::Converted);
    check_as_git_adds(
        &folder,
        "mixed.rs",
        "\u{feff}one\r\ntwo\n",
        LineEnds::Converted,
    );
    check_as_git_adds(&folder, "lf.rs", "one\n", LineEnds::AsIs);
    check_as_git_adds(&folder, "lone.rs", "one\rtwo\n", LineEnds::AsIs);
}

#[test]
fn a_file_committed_with_crlf_stays_so_under_autocrlf() {
    let folder = repository();
    check_as_git_adds(&folder, "a.rs", "one\r\n", LineEnds::AsIs);
    folder.git(&["config", "core.autocrlf", "true"]);
    check_as_git_adds(&folder, "a.rs", "one\r\ntwo\r\n", LineEnds::AsIs);
}

#[test]
fn attributes_decide_over_settings() {
    let folder = repository();
    folder.write(
        ".gitattributes",
        "*.txt text\n*.raw -text\n*.bat eol=crlf\n",
    );
    folder.write("sub/.gitattributes", "*.txt -text\n");
    check_as_git_adds(&folder, "a.txt", "one\r\n", LineEnds::Converted);
    check_as_git_adds(&folder, "a.bat", "one\r\n", LineEnds::Converted);
    check_as_git_adds(&folder, "a.raw", "one\r\n", LineEnds::AsIs);
    check_as_git_adds(&folder, "sub/a.txt", "one\r\n", LineEnds::AsIs);
}

#[test]
fn filtered_files_are_kept_as_on_disk_under_a_name_that_git_never_gives() {
    let folder = repository();
    folder.write(".gitattributes", "*.big filter=lfs\n*.id ident\n*.u text\n");
    for path in ["a.big", "a.id"] {
        let Stored::Filtered { text, key } = stored(&folder, path, b"text\r\n") else {
            panic!("{path} is filtered");
        };
        assert_eq!(text, "text\r\n");
        assert_ne!(key, blob_of("text\r\n"));
        assert_eq!(
            stored(&folder, path, b"text\r\n"),
            Stored::Filtered { text, key }
        );
    }
    check_as_git_adds(&folder, "a.u", "text\n", LineEnds::AsIs);
}

#[test]
fn filters_below_the_root_and_in_info_count_too() {
    let folder = repository();
    folder.write("sub/.gitattributes", "*.x filter=f\n");
    folder.write(".git/info/attributes", "*.y filter=f\n");
    assert!(matches!(
        stored(&folder, "sub/deep/a.x", b"t"),
        Stored::Filtered { .. }
    ));
    assert!(matches!(
        stored(&folder, "a.y", b"t"),
        Stored::Filtered { .. }
    ));
    assert!(matches!(stored(&folder, "a.x", b"t"), Stored::Text { .. }));
}

#[test]
fn a_filter_is_not_run() {
    let folder = repository();
    folder.write(".gitattributes", "*.x filter=f\n");
    folder.git(&["config", "filter.f.clean", "touch ran; cat"]);
    stored(&folder, "a.x", b"one\r\n");
    assert!(!folder.root().join("ran").exists());
}

#[test]
fn what_is_no_text_is_told_apart() {
    let folder = repository();
    assert_eq!(stored(&folder, "a", b"a\0b"), Stored::Binary(NotText::Nul));
    assert_eq!(
        stored(&folder, "a", b"caf\xe9"),
        Stored::Binary(NotText::NotUtf8)
    );
    let late_nul = [b"x".repeat(8000), b"\0".to_vec()].concat();
    assert!(matches!(
        stored(&folder, "a", &late_nul),
        Stored::Text { .. }
    ));
}

#[test]
fn outside_git_all_text_is_stored_as_it_is() {
    let folder = folder();
    let Stored::Text {
        text,
        blob,
        line_ends,
    } = stored(&folder, "a", b"one\r\n")
    else {
        panic!()
    };
    assert_eq!(
        (text.as_str(), blob, line_ends),
        ("one\r\n", blob_of("one\r\n"), LineEnds::AsIs)
    );
}

#[test]
fn sha256_repositories_name_texts_by_sha256() {
    let folder = repository_with(&["--object-format=sha256"]);
    check_as_git_adds(&folder, "a.rs", "one\n", LineEnds::AsIs);
    folder.git(&["config", "core.autocrlf", "true"]);
    check_as_git_adds(&folder, "b.rs", "one\r\n", LineEnds::Converted);
}

#[test]
fn works_without_git_when_told() {
    let Some(root) = task_of_this_process() else {
        return;
    };
    let place = countersign_ledger::locate(&root);
    assert!(matches!(
        as_stored(&place, "a.rs", b"one\n"),
        Ok(Stored::Text { .. })
    ));
    assert!(matches!(
        as_stored(&place, "a.rs", b"one\r\n"),
        Err(GitError::Absent)
    ));
    assert!(matches!(git::work_tree(&place), Err(GitError::Absent)));
}

#[test]
fn most_files_need_no_git() {
    let folder = repository();
    let mut command = another_process("stored::works_without_git_when_told", &folder.root());
    let output = command.env("PATH", &folder.path).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
