//! `workspace/diagnostic`: the files that nobody has open.

use super::{
    ALPHA, ALPHA_MARKED, BETA, BETA_MARKED, REFRESH, pulling, report_becomes, report_becomes_since,
    told, written,
};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, Options};
use crate::support::repo::Repo;
use serde_json::{Value, json};

fn both() -> String {
    format!("alpha.rs: [{ALPHA_MARKED}]\nvendor/beta.rs: [{BETA_MARKED}]\n")
}

#[test]
fn every_marked_file_is_in_the_first_report() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    let report = editor.pull_all();
    assert_eq!(editor.listed_all(&report), both());
    let item = &report["items"][0];
    assert_eq!(item["version"], Value::Null);
    let regions = item["items"][0]["data"]["regions"].as_array();
    assert_eq!(regions.map(Vec::len), Some(1));
}

#[test]
fn what_is_known_is_not_repeated_and_what_went_is_empty() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    let first = editor.pull_all();
    let second = editor.pull_all_since(&first);
    let unchanged = "alpha.rs: unchanged\nvendor/beta.rs: unchanged\n";
    assert_eq!(editor.listed_all(&second), unchanged);
    repo.run_in_terminal(&["confirm", "alpha.rs"]).ok();
    let confirmed = "alpha.rs: []\nvendor/beta.rs: unchanged\n";
    let third = report_becomes_since(&mut editor, &first, confirmed);
    let fourth = editor.pull_all_since(&third);
    assert_eq!(editor.listed_all(&fourth), "vendor/beta.rs: unchanged\n");
}

#[test]
fn a_client_may_spell_a_file_in_its_own_way() {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("a+[b] c.rs", ALPHA);
    let mut editor = Editor::with(&repo, pulling());
    let mut first = editor.pull_all();
    let id = first["items"][0]["resultId"].clone();
    first["items"][0]["uri"] = json!(editor.uri("a%2B%5Bb%5D%20c.rs"));
    let second = editor.pull_all_since(&first);
    assert_eq!(second["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&second["items"][0]["kind"], &second["items"][0]["resultId"]),
        (&json!("unchanged"), &id)
    );
}

#[test]
fn what_an_assistant_writes_meanwhile_makes_the_editor_ask_again() {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    let mut editor = Editor::with(&repo, pulling());
    let empty = editor.pull_all();
    assert_eq!(editor.listed_all(&empty), "");
    let before = editor.asked_for(REFRESH);
    Claude::new(&repo).write("alpha.rs", ALPHA);
    editor.wait_until_asked(REFRESH, before);
    report_becomes(&mut editor, &format!("alpha.rs: [{ALPHA_MARKED}]\n"));
}

#[test]
fn open_files_stand_in_it_with_their_versions() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    editor.open("alpha.rs");
    editor.type_after("alpha.rs", "fn alpha(", " ");
    let report = editor.pull_all();
    let wanted =
        format!("alpha.rs (version 2): [{ALPHA_MARKED}]\nvendor/beta.rs: [{BETA_MARKED}]\n");
    assert_eq!(editor.listed_all(&report), wanted);
    // One answer is as good as the other.
    let items = report["items"].as_array().unwrap();
    let open = items.iter().find(|it| it["version"] == 2).unwrap();
    let pulled = editor.pull("alpha.rs", open["resultId"].as_str());
    assert_eq!(pulled["kind"], "unchanged");
    editor.close("alpha.rs");
    report_becomes(&mut editor, &both());
}

#[test]
fn a_report_comes_in_parts_where_that_is_wanted() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    let answer = editor.request(
        "workspace/diagnostic",
        json!({ "previousResultIds": [], "partialResultToken": "parts" }),
    );
    assert_eq!(answer, Ok(json!({ "items": [] })));
    let parts = told(&editor, "$/progress").into_iter();
    let parts: Vec<&Value> = parts.filter(|it| it["token"] == "parts").collect();
    assert_eq!(parts.len(), 1);
    assert_eq!(editor.listed_all(&parts[0]["value"]), both());
}

#[test]
fn neovim_is_not_told_that_it_may_ask() {
    let repo = written();
    let options = Options {
        name: "Neovim",
        ..pulling()
    };
    let mut editor = Editor::with(&repo, options);
    let offered = &editor.capabilities["diagnosticProvider"]["workspaceDiagnostics"];
    assert_eq!(offered, false);
    let report = editor.pull_all();
    assert_eq!(editor.listed_all(&report), both());
}

#[test]
fn nonsense_is_refused_and_the_server_stays() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    for params in [json!({}), json!({ "previousResultIds": 7 }), json!([])] {
        let refused = editor.request("workspace/diagnostic", params).unwrap_err();
        assert_eq!(refused.code, -32602);
    }
    let odd = json!({ "previousResultIds": [{ "uri": "untitled:1", "value": "x" }, { "uri": editor.uri("gone.rs"), "value": "y" }] });
    let report = editor.request("workspace/diagnostic", odd).unwrap();
    assert_eq!(
        editor.listed_all(&report),
        both().replace("vendor", "gone.rs: []\nvendor")
    );
    assert_eq!(editor.shutdown(), 0);
}

#[test]
fn a_file_under_many_is_found_by_its_findings_only() {
    let repo = written();
    repo.write("plain.rs", BETA.replace("beta", "gamma"));
    repo.run_in_terminal(&["confirm", "vendor/beta.rs"]).ok();
    let mut editor = Editor::with(&repo, pulling());
    let report = editor.pull_all();
    assert_eq!(
        editor.listed_all(&report),
        format!("alpha.rs: [{ALPHA_MARKED}]\n")
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_open_by_two_names_counts_once() {
    let repo = written();
    std::os::unix::fs::symlink("alpha.rs", repo.path("link.rs")).unwrap();
    let mut editor = Editor::with(
        &repo,
        Options {
            initialization: json!({ "regions": true }),
            ..pulling()
        },
    );
    editor.open("alpha.rs");
    editor.open("link.rs");
    let report = editor.pull_all();
    let wanted = format!(
        "alpha.rs (version 1): [{ALPHA_MARKED}]\nlink.rs (version 1): [{ALPHA_MARKED}]\nvendor/beta.rs: [{BETA_MARKED}]\n"
    );
    assert_eq!(editor.listed_all(&report), wanted);
    let sums = json!({ "files": 2, "unreviewedLines": 6, "suspectedLines": 0 });
    editor.wait("the sums", |editor| {
        (told(editor, "countersign/status").last() == Some(&&sums)).then_some(())
    });
    editor.close("alpha.rs");
    editor.pull_all();
    let all = told(&editor, "countersign/status");
    let most = all.iter().filter_map(|it| it["unreviewedLines"].as_u64());
    assert_eq!(most.max(), Some(6));
}
