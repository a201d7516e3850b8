//! Editors: Helix's settings are written, lines for the others are shown.

use super::Desk;

const LANGUAGES: &str = ".helix/languages.toml";

#[test]
fn helix_gets_the_server_and_gives_it_back() {
    for text in [
        None,
        Some("# mine\r\n[[language]]\r\nname = \"rust\"\r\nauto-format = true"),
    ] {
        let desk = Desk::new();
        desk.install("hx");
        if let Some(text) = text {
            desk.repo.write(LANGUAGES, text);
        }
        let before = desk.files();
        let said = desk.init(&[]);
        assert!(said.stdout.contains("Helix (`hx` on PATH)"), "{said}");
        let written = desk.repo.read(LANGUAGES);
        assert!(
            written.contains("\"rust-analyzer\", \"countersign\"]"),
            "{written}"
        );
        assert!(
            written.starts_with(text.map_or("[language-server", |text| &text[..8])),
            "{written}"
        );
        assert!(
            desk.run(&["init"])
                .ok()
                .stdout
                .contains("Already set up: Helix")
        );
        desk.run(&["init", "--remove", "--yes"]).ok();
        assert_eq!(desk.files(), before);
    }
}

#[test]
fn only_ours_leaves_helix_where_others_have_written_since() {
    let desk = Desk::new();
    desk.init(&["helix"]);
    let text = desk.repo.read(LANGUAGES);
    desk.repo.write(
        LANGUAGES,
        format!("{text}\n[language-server.typos]\ncommand = \"typos-lsp\"\n"),
    );
    desk.run(&["init", "--remove", "--yes"]).ok();
    let left = desk.repo.read(LANGUAGES);
    assert_eq!(
        left.trim(),
        "[language-server.typos]\ncommand = \"typos-lsp\""
    );
}

#[test]
fn entries_of_a_person_are_as_they_were_but_for_what_they_wrote_since() {
    let desk = Desk::new();
    let theirs = "\
# mine
[[language]]
# the one
name = \"rust\" # my own
# as I like it
auto-format = true

[[language]]
name = \"python\"
language-servers = [
  \"ty\", # first
  # \"pylsp\",
]

[[language]]
name = \"go\"
language-servers = [\"gopls\", \"golangci-lint-lsp\"]

[[language]]
name = \"sql\"
language-servers = []
";
    desk.repo.write(LANGUAGES, theirs);
    desk.init(&["helix"]);
    let written = desk.repo.read(LANGUAGES);
    for beside in [
        "# the one\nname = \"rust\" # my own\n",
        "\n# as I like it\nauto-format",
        "  \"ty\", # first\n  # \"pylsp\",\n  \"countersign\",\n]",
    ] {
        assert!(written.contains(beside), "{beside:?} in {written}");
    }
    // Now they turn off a formatter, and give `sql` a server and one of our entries a setting.
    let since = |text: &str| text.replace("auto-format = true", "auto-format = false");
    let text = since(&written)
        .replace("[\"countersign\"]", "[\"countersign\", \"sqls\"]")
        .replace("name = \"toml\"\n", "name = \"toml\"\nauto-format = true\n");
    desk.repo.write(LANGUAGES, text);
    desk.run(&["init", "--remove", "--yes"]).ok();
    let expected = since(theirs).replace("[]", "[\"sqls\"]");
    assert_eq!(
        desk.repo.read(LANGUAGES),
        format!("{expected}\n[[language]]\nname = \"toml\"\nauto-format = true\n")
    );
}

/// What is left of Helix's settings after `init`, a change by somebody, and the removal; and what that says.
#[track_caller]
fn left_of_helix(record: Record, old: &str, new: &str) -> (String, String) {
    let desk = Desk::new();
    desk.init(&["helix"]);
    if record == Record::Lost {
        desk.repo.delete(".git/countersign/init.json");
    }
    desk.repo.replace(LANGUAGES, old, new);
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    (desk.repo.read(LANGUAGES), said.stdout)
}

#[derive(Clone, Copy, PartialEq)]
enum Record {
    Kept,
    Lost,
}

#[test]
fn what_a_person_wrote_into_our_entries_keeps_its_place() {
    const OURS: &str = "language-servers = [\"rust-analyzer\", \"countersign\"]\n";
    for theirs in [
        "[language.indent]\ntab-width = 8\nunit = \"\\t\"\n",
        "\n[language.indent]\ntab-width = 8\nunit = \"\\t\"\n",
        "\nauto-format = true\n",
        "auto-format = true\n",
    ] {
        let entry = "[[language]]\nname = \"rust\"\n";
        for (record, servers) in [
            (Record::Kept, ""),
            (Record::Lost, "language-servers = [\"rust-analyzer\"]\n"),
        ] {
            let (left, _) = left_of_helix(record, OURS, &format!("{OURS}{theirs}"));
            assert_eq!(
                left.trim_end(),
                format!("{entry}{servers}{theirs}").trim_end()
            );
        }
    }
}

#[test]
fn a_server_that_a_person_has_set_more_of_or_still_names_stays_and_is_told() {
    const SERVER: &str =
        "[language-server.countersign]\ncommand = \"countersign\"\nargs = [\"lsp\"]\n";
    for theirs in [
        "\n[language-server.countersign.config]\nenable = false\n",
        "config = { enable = false }\n",
    ] {
        let whole = format!("{SERVER}{theirs}");
        let (left, said) = left_of_helix(Record::Kept, SERVER, &whole);
        assert_eq!(left, whole);
        assert!(
            said.contains("`countersign` in .helix/languages.toml stays"),
            "{said}"
        );
    }
    let named = "{ name = \"countersign\", only-features = [\"diagnostics\"] }";
    let old = "\"rust-analyzer\", \"countersign\"";
    let new = format!("\"rust-analyzer\", {named}");
    let (left, _) = left_of_helix(Record::Kept, old, &new);
    assert!(left.starts_with(SERVER) && left.contains(named), "{left}");
}

#[test]
fn languages_whose_servers_a_person_has_set_are_left_to_them() {
    let desk = Desk::new();
    let own = "[[language]]\nname = \"rust\"\nlanguage-servers = [\"rust-analyzer\", \"typos\"]\n";
    desk.write_home(".config/helix/languages.toml", own);
    let said = desk.init(&[]);
    assert!(said.stdout.contains("names the servers of rust"), "{said}");
    let written = desk.repo.read(LANGUAGES);
    assert!(
        !written.contains("name = \"rust\"") && written.contains("name = \"go\""),
        "{written}"
    );

    desk.run(&["init", "--remove", "--yes"]).ok();
    desk.init(&["--user"]);
    let written = std::fs::read_to_string(desk.home(".config/helix/languages.toml")).unwrap();
    assert!(
        written.contains("[\"rust-analyzer\", \"typos\", \"countersign\"]"),
        "{written}"
    );
    assert!(
        desk.run(&["init", "helix"])
            .ok()
            .stdout
            .contains("Already set up: Helix in your own settings")
    );
    desk.run(&["init", "--remove", "--yes", "--user"]).ok();
    let back = std::fs::read_to_string(desk.home(".config/helix/languages.toml")).unwrap();
    assert_eq!(back, own);
}

#[test]
fn other_editors_get_lines_to_add_and_no_file_of_theirs_is_touched() {
    let desk = Desk::new();
    desk.install("nvim");
    desk.install("codium");
    let said = desk.init(&[]);
    for line in [
        "Neovim: add to ~/.config/nvim/init.lua (0.11 or newer)",
        "      cmd = { \"countersign\", \"lsp\" },",
        "    vim.lsp.enable(\"countersign\")",
        "    codium --install-extension countersign-*.vsix",
    ] {
        assert!(said.stdout.contains(line), "{line:?} in {said}");
    }
    assert_eq!(desk.files(), []);
    assert!(!desk.home(".config").exists());

    desk.write_home(
        ".config/nvim/init.lua",
        "-- TODO: countersign\n  -- vim.lsp.enable(\"countersign\")\n",
    );
    let said = desk.run(&["init", "neovim"]).ok();
    assert!(said.stdout.contains("add to ~/.config/nvim"), "{said}");
    desk.write_home(
        ".config/nvim/lua/lsp.lua",
        "vim.lsp.enable(\"countersign\")\n",
    );
    let said = desk.run(&["init", "neovim"]).ok();
    assert!(
        said.stdout
            .contains("Already set up: Neovim in your own settings."),
        "{said}"
    );
}
