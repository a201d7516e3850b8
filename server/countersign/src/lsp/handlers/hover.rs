//! `textDocument/hover`: where a text came from, and who stands behind it.

use countersign_provenance::review::{Region, State};
use countersign_provenance::{Act, ActKind, Fact, Statement};
use tower_lsp::ls_types::*;

use crate::lsp::shared::Shared;
use crate::lsp::{convert, words};
use crate::workspace::clock::rfc3339;
use crate::workspace::findings::product;
use crate::workspace::printable::printable;
use crate::workspace::session::Shown;
use crate::workspace::units;

/// How much is shown of each text that went.
const MOST_LINES: usize = 20;

/// Text that no assistant wrote has no hover.
pub(crate) fn hover(shared: &Shared, params: HoverParams) -> Option<Hover> {
    let at = params.text_document_position_params;
    let _visit = shared.visit_deleted(&at.text_document.uri);
    let shown = shared.shown(at.text_document.uri.as_str())?;
    let encoding = shared.session.encoding();
    let byte = shown.text.offset(convert::position(at.position), encoding);
    let region = region_at(&shown, byte)?;
    let uri = at.text_document.uri.as_str();
    let went = shared.session.taken_away(uri, &region.removals);
    let value = describe(region, unit_name(&shown, region), &went);
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        }),
        // Some editors show none for a place outside of it.
        range: region
            .bytes
            .contains(&byte)
            .then(|| convert::range(&shown.text.reading(), &region.bytes, encoding)),
    })
}

/// The region at a byte, else one on its line: a line asks for a look when any of it does.
fn region_at(shown: &Shown, byte: u32) -> Option<&Region> {
    let holds = |region: &&Region| region.bytes.start <= byte && byte < region.bytes.end;
    let line = shown.text.line_of(byte);
    let on_line = |region: &&Region| region.lines.0 <= line && line <= region.lines.1;
    let asks = |region: &&Region| on_line(region) && region.state.is_open() && !region.is_removal();
    let mut all = shown.regions.iter();
    all.clone()
        .find(holds)
        .or_else(|| all.clone().find(asks))
        .or_else(|| all.find(on_line))
}

fn unit_name<'a>(shown: &'a Shown, region: &Region) -> Option<&'a str> {
    units::at(&shown.units, region.bytes.start).map(|unit| unit.name.as_str())
}

fn describe(region: &Region, unit: Option<&str>, went: &[String]) -> String {
    let who = plain(&product(&region.origin.source));
    let verb = if region.is_removal() {
        "took something away from"
    } else {
        "wrote this in"
    };
    let unit = unit.map_or_else(|| "this file".to_owned(), code);
    let mut lines = vec![format!("**{who}** {verb} {unit}: **{}**", state(region))];
    lines.push(known_by(region, &who));
    if region.removed_lines > 0 {
        lines.push(went_line(region, went));
        lines.extend(went.iter().map(|text| fenced(text)));
    }
    lines.extend(region.acts.iter().filter_map(|fact| said(fact, &who)));
    lines.join("\n\n")
}

/// "3 lines that stood here went:" or, where their text is not kept here, "went."
fn went_line(region: &Region, went: &[String]) -> String {
    let plural = if region.removed_lines == 1 { "" } else { "s" };
    let place = match region.is_removal() {
        true => "here",
        false => "in its place",
    };
    let end = if went.is_empty() { '.' } else { ':' };
    format!(
        "{} line{plural} that stood {place} went{end}",
        region.removed_lines
    )
}

/// A text as a block of code, cut where it is long.
fn fenced(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    if text.lines().nth(MOST_LINES).is_some() {
        lines.push("…");
    }
    let text = lines.join("\n");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

fn state(region: &Region) -> &'static str {
    match region.state {
        State::Suspected => "suspected, unreviewed",
        other => other.word(),
    }
}

/// "How we know: … On 2026-01-02T…, model x, session y."
fn known_by(region: &Region, who: &str) -> String {
    let origin = &region.origin;
    let mut line = format!(
        "How we know: {}. At {}",
        words::evidence_meaning(origin.evidence, who),
        rfc3339(origin.at)
    );
    let details = [("model", &origin.model), ("session", &origin.session)];
    for (name, value) in details {
        if let Some(value) = value {
            line.push_str(&format!(", {name} {}", code(value)));
        }
    }
    line.push('.');
    line
}

/// What a person said about it.
fn said(fact: &Fact, who: &str) -> Option<String> {
    let Statement::Act(Act {
        kind,
        level,
        note,
        answers,
        ..
    }) = &fact.statement
    else {
        return None;
    };
    let (by, at) = (code(&fact.by), rfc3339(fact.at));
    let mut line = match kind {
        ActKind::Confirm => {
            format!(
                "Confirmed by {by} at {at} ({}: {}).",
                words::level(*level),
                words::level_meaning(*level)
            )
        }
        ActKind::Claim => {
            format!("{by} says to have written it, claimed against a report by {who} at {at}.")
        }
        ActKind::Reject => format!("Rejected by {by} at {at}."),
    };
    for words in note.iter().chain(answers.iter().map(|(_, answer)| answer)) {
        line.push_str(&format!("\n> {}", words.replace('\n', "\n> ")));
    }
    Some(line)
}

/// Foreign words, so that they are not read as markup.
fn code(words: &str) -> String {
    format!("`{}`", printable(words).replace('`', "'"))
}

/// Likewise in a sentence.
fn plain(words: &str) -> String {
    let escaped = |letter: char| {
        let is_markup = "\\`*_[]<>&#|~!".contains(letter);
        is_markup.then_some('\\').into_iter().chain([letter])
    };
    words.chars().flat_map(escaped).collect()
}
