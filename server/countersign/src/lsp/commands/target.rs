//! The one argument of each command: what it is about, and what the person says.

use countersign_provenance::{FactId, Stretch};
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Range, Uri};

use crate::lsp::shared::Shared;
use crate::lsp::{convert, errors, words};
use crate::workspace::Fault;
use crate::workspace::acts::Words;
use crate::workspace::findings::Finding;
use crate::workspace::session::{On, Shown};

/// As it comes in; `extensions.md` documents it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    pub(crate) uri: Uri,
    pub(super) version: Option<i32>,
    pub(super) range: Option<Range>,
    pub(super) regions: Option<Vec<String>>,
    level: Option<String>,
    #[serde(default)]
    answers: Vec<Answer>,
    note: Option<String>,
    pub(super) source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    question: String,
    answer: String,
}

impl Target {
    /// Reads the arguments of a command.
    pub(crate) fn read(command: &str, arguments: Vec<Value>) -> Result<Self> {
        let wrong = |why: String| {
            errors::invalid(format!("`{command}` takes one object with a `uri`: {why}"))
        };
        let count = arguments.len();
        match <[Value; 1]>::try_from(arguments) {
            Ok([argument]) => {
                serde_json::from_value(argument).map_err(|error| wrong(error.to_string()))
            }
            Err(_) => Err(wrong(format!("there are {count} arguments"))),
        }
    }

    /// What the person says.
    pub(super) fn words(&mut self) -> Result<Words> {
        let level = match self.level.as_deref() {
            None => countersign_provenance::Level::default(),
            Some(word) => words::level_named(word).ok_or_else(|| {
                errors::invalid(format!(
                    "`level` is read, understood or verified, not `{word}`"
                ))
            })?,
        };
        let answers = std::mem::take(&mut self.answers);
        let answers = answers
            .into_iter()
            .map(|Answer { question, answer }| (question, answer));
        Ok(Words {
            level,
            note: self.note.take(),
            answers: answers.collect(),
        })
    }

    /// What the act is about: the named regions; else the lines of the range, or of an empty one the unit around it.
    pub(super) fn on(&self, shared: &Shared, shown: &Shown) -> Result<On> {
        if let Some(regions) = &self.regions {
            return parts(regions);
        }
        let Some(bytes) = self.bytes(shared, shown)? else {
            return Err(errors::invalid(
                "say what it is about: `regions` or a `range`",
            ));
        };
        if bytes.is_empty() {
            let pieces = self
                .findings(shared, shown)?
                .iter()
                .flat_map(|finding| finding.pieces.clone())
                .collect();
            return Ok(On::Bytes(pieces));
        }
        let first = shown.text.line_start(shown.text.line_of(bytes.start));
        let last = shown.text.line_start(shown.text.line_of(bytes.end - 1) + 1);
        Ok(On::Bytes(std::iter::once(first..last).collect()))
    }

    /// The bytes of the range, if there is one. None begins behind the text.
    fn bytes(&self, shared: &Shared, shown: &Shown) -> Result<Option<std::ops::Range<u32>>> {
        let Some(range) = self.range else {
            return Ok(None);
        };
        let last = shown.text.line_of(shown.text.len());
        if range.start.line > last {
            let (uri, last, first) = (self.uri.as_str(), last + 1, range.start.line + 1);
            let message = format!("{uri} ends with line {last}: it has no line {first}");
            return Err(errors::invalid(message));
        }
        let encoding = shared.session.encoding();
        Ok(Some(convert::bytes(&shown.text, range, encoding)))
    }

    /// The units that the regions or the range are in.
    pub(super) fn findings<'a>(
        &self,
        shared: &Shared,
        shown: &'a Shown,
    ) -> Result<Vec<&'a Finding>> {
        let bytes = self.bytes(shared, shown)?;
        let named = |finding: &&Finding| match (&self.regions, &bytes) {
            (Some(regions), _) => finding
                .ids
                .iter()
                .any(|id| split(regions).any(|named| named == id)),
            (None, Some(bytes)) => finding.touches(&shown.text, bytes),
            (None, None) => false,
        };
        Ok(shown.findings.iter().filter(named).collect())
    }
}

impl Shared {
    /// Whether the person saw the text that the buffer holds.
    pub(crate) fn check_version(&self, target: &Target) -> Result<()> {
        let shown = self.session.shown(target.uri.as_str());
        let is_other = |version| shown.as_ref().is_some_and(|shown| shown.version != version);
        match target.version {
            Some(version) if is_other(version) => {
                Err(errors::answer(self, &Fault::ContentModified))
            }
            _ => Ok(()),
        }
    }

    /// The buffer that a command is about.
    pub(super) fn buffer_of(&self, target: &Target) -> Result<std::sync::Arc<Shown>> {
        let shown = self.session.shown(target.uri.as_str());
        let uri = target.uri.as_str();
        let message = || format!("{uri} is not open here. Hint: open it in the editor and repeat");
        shown.ok_or_else(|| errors::invalid(message()))
    }
}

fn split(regions: &[String]) -> impl Iterator<Item = &str> {
    regions
        .iter()
        .flat_map(|region| region.split(','))
        .map(str::trim)
}

/// Names of regions, as diagnostics and `countersign/regions` give them.
fn parts(regions: &[String]) -> Result<On> {
    let (mut stretches, mut removals) = (Vec::new(), Vec::new());
    for name in split(regions) {
        let wrong = || errors::invalid(format!("`{name}` names no region"));
        match name.strip_prefix("removal:") {
            Some(removal) => removals.push(fact_id(removal).ok_or_else(wrong)?),
            None => stretches.push(stretch(name).ok_or_else(wrong)?),
        }
    }
    Ok(On::Parts(stretches, removals))
}

fn stretch(name: &str) -> Option<Stretch> {
    let (origin, ink) = name.split_once(':')?;
    let (start, end) = ink.split_once('-')?;
    let ink = start.parse().ok()?..end.parse().ok()?;
    Some(Stretch {
        origin: fact_id(origin)?,
        ink,
    })
}

fn fact_id(hex: &str) -> Option<FactId> {
    hex.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check_wrong(arguments: Vec<Value>, says: &str) {
        let error = Target::read("countersign.confirm", arguments).unwrap_err();
        assert!(error.message.contains(says), "{error}");
    }

    #[test]
    fn a_command_takes_one_object_with_a_uri() {
        check_wrong(vec![], "there are 0 arguments");
        check_wrong(vec![json!({}), json!({})], "there are 2 arguments");
        check_wrong(vec![json!({ "version": 1 })], "uri");
        check_wrong(vec![json!({ "uri": "file:///a", "version": "one" })], "one");
        check_wrong(vec![json!([])], "one object");
    }

    #[test]
    fn regions_are_named_one_by_one_or_joined() {
        let (origin, removal) = ("0".repeat(31) + "a", "0".repeat(31) + "b");
        let names = [
            format!("{origin}:3-9,{origin}:12-13"),
            format!("removal:{removal}"),
        ];
        let Ok(On::Parts(stretches, removals)) = parts(&names) else {
            panic!("parts")
        };
        assert_eq!(
            stretches
                .iter()
                .map(|it| it.ink.clone())
                .collect::<Vec<_>>(),
            [3..9, 12..13]
        );
        assert_eq!(removals, [FactId(11)]);
    }

    #[test]
    fn what_names_no_region_is_refused() {
        let origin = "0".repeat(32);
        for name in [
            "",
            "removal:",
            "removal:xyz",
            &origin,
            &format!("{origin}:1"),
            &format!("{origin}:a-b"),
        ] {
            assert!(parts(&[name.to_owned()]).is_err(), "{name}");
        }
    }
}
