//! A text that nobody has is found again by its prints.

use countersign_provenance::carry::{Carried, Source};
use countersign_provenance::found::{blocks, take_over};
use countersign_provenance::{BlobId, FactId, Mark, Prints, Regions, Span, Text, ink_of, prints};
use proptest::prelude::*;

use crate::fixture::random;

fn of(text: &str, written: &[&str]) -> Prints {
    let regions = regions(text, written);
    let blob = BlobId::new("0".repeat(40)).unwrap();
    prints(blob, "pay.rs".into(), false, text, &regions)
}

/// Each of these stretches of a text is an assistant's, as one event.
fn regions(text: &str, written: &[&str]) -> Regions {
    let mut ink = 0;
    let mut spans = Vec::new();
    for part in written {
        let start = text.find(part).unwrap();
        let length = ink_of(part.as_bytes());
        spans.push(Span {
            bytes: start as u32..(start + part.len()) as u32,
            origin: FactId(1),
            ink: ink..ink + length,
        });
        ink += length;
    }
    Regions::new(text, spans, Vec::new())
}

/// What of a text is known by these prints, as it stands there.
fn found(prints: &Prints, new: &str) -> Vec<String> {
    let Some((old, regions)) = prints.restored(new) else {
        return Vec::new();
    };
    let all = 0..new.len() as u32;
    let blocks = blocks(&old, new, std::slice::from_ref(&all));
    let mut carried = Carried {
        fresh: vec![all],
        ..Carried::default()
    };
    take_over(&mut carried, new, &Source::new(&old, &regions), &blocks);
    let spans = carried.regions.spans.into_iter();
    let words =
        spans.map(|span| new[span.bytes.start as usize..span.bytes.end as usize].to_owned());
    words.collect()
}

const PAY: &str = "\
fn old() { println!(\"nobody wrote this today, it has always been here\"); }

fn pay(invoice: &Invoice, purse: &mut Purse) -> Result<Receipt, Broke> {
    let total = invoice.lines.iter().map(|line| line.price).sum();
    purse.take(total)?;
    Ok(Receipt::of(invoice, total))
}

fn other() { println!(\"nor this, which a person put here long ago\"); }
";

fn pay() -> String {
    PAY.lines().skip(2).take(5).collect::<Vec<_>>().join("\n")
}

#[test]
fn found_whole_where_all_around_it_is_another_text() {
    let new = format!("struct Moved;\n{}\nimpl Main for Moved {{}}\n", pay());
    assert_eq!(found(&of(PAY, &[&pay()]), &new), [pay()]);
}

#[test]
fn found_in_another_layout() {
    let new = format!("mod a {{\r\n{}\r\n}}\r\n", pay().replace('\n', "\r\n\t"));
    assert_eq!(
        found(&of(PAY, &[&pay()]), &new),
        [pay().replace('\n', "\r\n\t")]
    );
}

#[test]
fn found_to_the_line_where_a_person_changed_a_line_of_it() {
    let new = PAY.replace("purse.take(total)?;", "purse.reserve();");
    let found = found(&of(PAY, &[&pay()]), &new);
    let lines: Vec<&str> = new.lines().skip(2).take(5).collect();
    let in_line = |line: &str| found.iter().any(|part| part.contains(line.trim()));
    assert!(
        in_line(lines[0]) && in_line(lines[1]) && in_line(lines[3]),
        "{found:?}"
    );
    assert!(!in_line("purse.reserve"), "{found:?}");
}

#[test]
fn a_line_of_few_tokens_is_found_among_its_neighbours() {
    let line = "    purse.take(total)?;";
    let new = PAY.replace("always been here", "been here for a while");
    assert_eq!(found(&of(PAY, &[line.trim()]), &new), [line.trim()]);
}

#[test]
fn nothing_of_it_is_found_in_what_only_stood_around_it() {
    let new = PAY.replace(&pay(), "");
    assert_eq!(found(&of(PAY, &[&pay()]), &new), Vec::<String>::new());
}

#[test]
fn where_something_was_taken_away_is_found_again() {
    let mut regions = Regions::default();
    let at = PAY.find("    Ok(").unwrap() as u32;
    regions.marks.push(Mark {
        at,
        removal: FactId(7),
    });
    let blob = BlobId::new("0".repeat(40)).unwrap();
    let prints = prints(blob, "pay.rs".into(), false, PAY, &regions);
    let new = format!("// a new head\n{PAY}");
    let (old, regions) = prints.restored(&new).unwrap();
    let around = &old[..regions.marks[0].at as usize];
    assert!(
        around.trim_end().ends_with("purse.take(total)?;"),
        "{around}"
    );
}

#[test]
fn hold_no_word_of_the_text() {
    let told = format!("{:?}", of(PAY, &[&pay()]));
    for word in ["invoice", "Receipt", "purse", "total"] {
        assert!(!told.contains(word), "{told}");
    }
}

proptest! {
    #![proptest_config(random(200))]

    #[test]
    fn whatever_prints_say_a_text_is_restored_without_a_fault(
        runs in prop::collection::vec((0_u32..90, 0_u32..90), 0..12),
        spans in prop::collection::vec((0_u32..90, 0_u32..90), 0..6),
        ink in 0_u32..90,
    ) {
        let text = "let größe = f(x); ä ö ü é è ê á à â ó ò ô fn end() { größe() }";
        let mut prints = of(text, &["let größe = f(x); ä ö ü é è ê"]);
        for (run, (start, end)) in prints.runs.iter_mut().zip(runs) {
            run.ink = start..end;
        }
        prints.ink = ink;
        prints.regions.spans = spans.into_iter().map(|(start, end)| Span {
            bytes: start..end, origin: FactId(1), ink: start..end,
        }).collect();
        if let Some((old, regions)) = prints.restored(text) {
            let ends = regions.spans.iter().map(|span| span.bytes.end);
            prop_assert!(ends.max().unwrap_or(0) as usize <= old.len());
            prop_assert_eq!(Text::from(old.as_str()).to_string(), old);
        }
    }
}

/// The README says how to make them, and notes of other versions hold them.
#[test]
fn a_hash_is_what_it_always_was() {
    let text = "fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {\n";
    let prints = of(text, &[text.trim_end()]);
    assert_eq!(prints.runs[0].ink, 0..20);
    assert_eq!(prints.runs[0].hash, 0x72bf_df2a_97b5_6bfb);
}
