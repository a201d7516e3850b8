//! Notes that somebody made by hand, badly or with bad intent.

use super::{NOTES, SHIP, Team, forge, forge_tree, hand_over, notes, sync, take_over};
use crate::support::claude::Claude;
use crate::support::marks::{marks, status};
use expect_test::expect;
use serde_json::json;

/// Both know of `ship.rs`, which Ada handed over.
fn team() -> Team {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    take_over(&team.ben);
    team
}

/// What `ship.rs` must look like to everybody, whatever Ben has forged.
fn still_marked(team: &Team) {
    for repo in [&team.ada, &team.clone("fresh", &["--depth=1"])] {
        let said = repo.run(&["sync"]).ok();
        assert!(said.stderr.matches("warning:").count() <= 1, "{said}");
        assert_eq!(status(repo), "ship.rs: 6 unreviewed\n");
        assert_eq!(repo.run(&["check"]).code, 1);
        assert_eq!(sync(repo).stderr, "", "it is said once");
    }
}

fn id(number: u32) -> String {
    format!("{number:032x}")
}

#[test]
fn lines_of_all_sorts_are_passed_over_one_by_one() {
    let team = team();
    let ship = team.ben.git(&["rev-parse", "HEAD:ship.rs"]);
    let tax = team.ben.git(&["rev-parse", "HEAD:tax.rs"]);
    let honest = notes(&team.ben)[0].1.clone();
    let text = |number: u32, blob: &str, spans: serde_json::Value| json!({"v":1,"id":id(number),"kind":"text","at":1,"blob":blob,"path":"ship.rs","origins":[id(9)],"spans":spans});
    let deep = "[".repeat(200_000) + &"]".repeat(200_000);
    let lines: Vec<Vec<u8>> = vec![
        b"not json".to_vec(),
        b"\xff\xfe\x00\x01".to_vec(),
        b"{\"v\":1,\"id\":\"\0\",\"kind\":\"text\",\"at\":1}".to_vec(),
        deep.clone().into_bytes(),
        format!(r#"{{"v":1,"id":"{}","kind":"text","at":1,"x":{deep}}}"#, id(1)).into_bytes(),
        json!([1, 2, 3]).to_string().into_bytes(),
        json!({"v":"1","id":id(2),"kind":"text","at":1}).to_string().into_bytes(),
        json!({"v":2,"id":id(3),"kind":"text","at":1,"blob":ship,"path":"ship.rs"}).to_string().into_bytes(),
        json!({"v":1,"id":"../../x","kind":"text","at":1}).to_string().into_bytes(),
        json!({"v":1,"id":id(4),"kind":"text","at":1e99}).to_string().into_bytes(),
        text(20, &ship, json!([[0, -4, 0, 0, 4]])).to_string().into_bytes(),
        text(21, &ship, json!([[0, 40, 0, 0, 30], [20, 60, 0, 30, 60]])).to_string().into_bytes(),
        text(22, &ship, json!([[0, 4, 7, 0, 4]])).to_string().into_bytes(),
        text(23, &tax, json!([[0, 4, 0, 0, 4]])).to_string().into_bytes(),
        json!({"v":1,"id":id(8),"kind":"removal","at":1,"origin":id(9),"path":"../../etc/passwd","before":ship,"removed":[],"lines":1,"occurrences":1}).to_string().into_bytes(),
        honest.trim_end().as_bytes().to_vec(),
    ];
    forge(&team.ben, "HEAD:ship.rs", &lines.join(&b'\n'));
    let said = team.ada.run(&["sync"]).ok();
    expect![[r#"
        warning: the shared notes hold what is not understood, and it is passed over: 8 lines that are no facts, 7 facts of another version or another text, 0 notes that are too long
    "#]]
    .assert_eq(&said.stderr);
    still_marked(&team);
}

#[test]
fn ranges_outside_of_the_text_and_very_many_of_them() {
    let team = team();
    let ship = team.ben.git(&["rev-parse", "HEAD:ship.rs"]);
    let beyond = json!({"v":1,"id":id(1),"kind":"text","at":1,"blob":ship,"path":"ship.rs","origins":[id(9)],
        "spans":[[4_000_000_000_u32, 4_000_000_100_u32, 0, 0, 100]]});
    let many: Vec<_> = (0..60_000)
        .map(|n| [n * 2, n * 2 + 1, 0, n, n + 1])
        .collect();
    let many = |kind: &str, number: u32| {
        json!({"v":1,"id":id(number),"kind":kind,"at":1,"blob":ship,"path":"ship.rs","origins":[id(9)],
            "spans":many,"ink":16_000_000,"runs":[["2f5c67ad8f945a18", 15_999_000, 19]]})
    };
    let honest = notes(&team.ben)[0].1.clone();
    let note = format!(
        "{honest}{beyond}\n{}\n{}\n",
        many("text", 2),
        many("prints", 3)
    );
    forge(&team.ben, "HEAD:ship.rs", note.as_bytes());
    still_marked(&team);
    expect![[r#"
        warning: ship.rs: a fact speaks of more text than stands there, and is passed over
    "#]]
    .assert_eq(&team.ada.run(&["check"]).stderr);
    // Such prints are compared with what nobody knows.
    team.ada.append("tax.rs", &format!("\n{SHIP}"));
    assert!(status(&team.ada).contains("tax.rs: 6 unreviewed"));
}

#[test]
fn a_note_as_large_as_a_disk_and_a_line_as_large_as_a_note() {
    let team = team();
    let line = format!(
        r#"{{"v":1,"id":"{}","kind":"text","at":1,"x":"{}"}}"#,
        id(1),
        "x".repeat(17 << 20)
    );
    let note = format!("{}{line}\n", notes(&team.ben)[0].1);
    forge(&team.ben, "HEAD:ship.rs", note.as_bytes());
    still_marked(&team);
    forge(&team.ben, "HEAD:tax.rs", &vec![b'x'; 70 << 20]);
    let limited = "ulimit -v 600000; exec \"$0\" \"$@\"";
    let said = team
        .ada
        .command("sh")
        .args(["-c", limited])
        .arg(team.ada.program())
        .arg("sync")
        .output()
        .unwrap();
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    assert!(String::from_utf8_lossy(&said.stderr).contains("1 notes that are too long"));
    assert_eq!(status(&team.ada), "ship.rs: 6 unreviewed\n");
}

#[test]
fn a_tree_that_holds_odd_things() {
    let team = team();
    let head = team.ben.git(&["rev-parse", "HEAD"]);
    let blob = team.ben.git(&["rev-parse", "HEAD:main.rs"]);
    let (tax, ship) = (
        team.ben.git(&["rev-parse", "HEAD:tax.rs"]),
        team.ben.git(&["rev-parse", "HEAD:ship.rs"]),
    );
    forge_tree(
        &team.ben,
        &[
            ("160000", &head, &tax),
            ("120000", &blob, &ship),
            ("100644", &blob, "README"),
            (
                "100644",
                &blob,
                &format!("{}/{}/{}", &tax[..2], &tax[2..4], &tax[4..]),
            ),
            ("160000", &head, &format!("{}/x", "f".repeat(39))),
            ("100755", &blob, &"0".repeat(40)),
        ],
    );
    still_marked(&team);
    // Our own note of the text stands where we write it, and nothing else does.
    team.ada.run_in_terminal(&["confirm", "ship.rs"]).ok();
    sync(&team.ada);
    take_over(&team.ben);
    assert_eq!(team.ben.run(&["check"]).code, 0);
    assert_eq!(
        team.ben.git(&["fsck", "--no-progress", "--no-dangling"]),
        ""
    );
}

#[test]
fn a_known_fact_is_not_replaced_by_another_of_its_name() {
    let team = team();
    let honest = notes(&team.ben)[0].1.clone();
    let mild = honest
        .replace("claude-code", "a-person")
        .replace(r#""evidence":"reported""#, r#""evidence":"suspected""#);
    assert_ne!(mild, honest);
    forge(&team.ben, "HEAD:ship.rs", mild.as_bytes());
    sync(&team.ada);
    expect![[r#"
        u fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
        u     let shelf = depot.shelf_of(&order.article)?;
        u     let parcel = shelf.take(order.count)?;
        u     depot.log.push(Event::Shipped(parcel.id));
        u     Ok(parcel)
        u }
    "#]]
    .assert_eq(&marks(&team.ada, "ship.rs"));
}

#[test]
fn where_ledgers_began_may_be_anywhere() {
    let team = team();
    let mut note = notes(&team.ben)[0].1.clone();
    for number in 0..3000_u32 {
        note += &format!(
            "{}\n",
            json!({"v":1,"id":id(number + 100),"kind":"began","at":1,"commit":format!("{number:040x}")})
        );
    }
    forge(&team.ben, "HEAD:ship.rs", note.as_bytes());
    still_marked(&team);
}

#[test]
fn a_partial_clone_that_cannot_fetch_what_it_lacks_is_not_green() {
    let team = team();
    team.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = team.clone("partial", &["--filter=blob:none"]);
    clone.git(&["fetch", "--quiet", "origin", &format!("{NOTES}:{NOTES}")]);
    std::fs::rename(team.folder(), team.folder().with_extension("away")).unwrap();
    let said = clone.run(&["check"]).expect_code(2);
    assert!(
        said.stderr
            .contains("are only at the remote origin, and cannot be fetched"),
        "{said}"
    );
    let said = clone.run(&["status"]).ok();
    assert!(
        said.stderr
            .contains("warning: the shared notes are not all known"),
        "{said}"
    );
}

#[test]
fn nobody_confirms_without_a_name() {
    let team = team();
    let ship = team.ben.git(&["rev-parse", "HEAD:ship.rs"]);
    let note = notes(&team.ben)[0].1.clone();
    let origin = note
        .lines()
        .find(|line| line.contains(r#""kind":"origin""#));
    let origin = &origin.unwrap()[13..45];
    let act = |number: u32, kind: &str, by: &str| json!({"v":1,"id":id(number),"kind":kind,"at":1,"by":by,"level":"read","blob":ship,"path":"ship.rs","stretches":[[origin, 0, 190]]});
    let note = format!("{}\n{}\n", act(1, "confirm", ""), act(2, "claim", "  "));
    forge(&team.ben, "HEAD:ship.rs", note.as_bytes());
    still_marked(&team);
    let named = act(3, "confirm", "Ben <ben@example.com>").to_string();
    forge(&team.ben, "HEAD:ship.rs", named.as_bytes());
    sync(&team.ada);
    assert_eq!(status(&team.ada), "ship.rs: 6 confirmed\n");
}

#[test]
fn notes_that_say_nothing_do_not_open_the_gate() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    team.ada.git(&["push", "--quiet", "origin", "HEAD"]);
    let notes = ["notes", "--ref=countersign", "add", "-m", "nothing"];
    team.ada.git(&[&notes[..], &["HEAD:ship.rs"]].concat());
    team.ada.git(&["push", "--quiet", "origin", NOTES]);
    let clone = team.clone("clone", &[]);
    clone.git(&["fetch", "--quiet", "origin", &format!("{NOTES}:{NOTES}")]);
    clone.run(&["check"]).expect_code(2);
    sync(&clone);
    clone.run(&["check"]).expect_code(2);
}
