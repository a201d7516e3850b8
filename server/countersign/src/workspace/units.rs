//! The units of a text, read once and then kept beside the facts.

use std::borrow::Cow;
use std::thread;

use countersign_ledger::{Ledger, Outline};
use countersign_provenance::BlobId;
use countersign_syntax::{Language, Unit, UnitKind, outline_of};
use serde::{Deserialize, Serialize};

/// Changes when units are cut differently: what was kept is then read anew.
const OUTLINE_VERSION: &str = "2";

#[derive(Serialize, Deserialize)]
struct Kept(String, String, usize, usize);

/// A text whose units are wanted.
pub(crate) struct Wanted<'a> {
    /// Relative to the work tree.
    pub(crate) path: &'a str,
    /// The text's name.
    pub(crate) blob: BlobId,
    /// The text.
    pub(crate) text: Cow<'a, str>,
}

/// The units of a text.
pub(crate) fn of(ledger: &mut Ledger, path: &str, blob: &BlobId, text: &str) -> Vec<Unit> {
    let wanted = Wanted {
        path,
        blob: blob.clone(),
        text: Cow::Borrowed(text),
    };
    of_many(ledger, &[wanted]).pop().unwrap_or_default()
}

/// The units of many texts, in their order. Each is parsed once and then kept.
pub(crate) fn of_many(ledger: &mut Ledger, wanted: &[Wanted<'_>]) -> Vec<Vec<Unit>> {
    let mut units: Vec<_> = wanted.iter().map(|wanted| wanted.kept(ledger)).collect();
    let mut open: Vec<_> = wanted.iter().zip(&mut units).collect();
    open.retain(|(_, units)| units.is_none());
    parse(&mut open);
    let fresh = open.iter().map(|(wanted, units)| Outline {
        blob: wanted.blob.clone(),
        language: wanted.key(),
        body: encode(units.as_deref().unwrap_or_default()),
    });
    // Losing these costs a parse; a ledger that cannot be written still answers.
    let _kept = ledger.put_outlines(&fresh.collect::<Vec<_>>());
    units.into_iter().map(Option::unwrap_or_default).collect()
}

/// On as many processors as there are.
fn parse(open: &mut [(&Wanted<'_>, &mut Option<Vec<Unit>>)]) {
    let several = thread::available_parallelism().map_or(1, usize::from);
    let share = open.len().div_ceil(several).max(1);
    let parse_all = |share: &mut [(&Wanted<'_>, &mut Option<Vec<Unit>>)]| {
        for (wanted, units) in share {
            **units = Some(outline_of(wanted.path, &wanted.text, &mut || false));
        }
    };
    thread::scope(|scope| {
        let mut shares = open.chunks_mut(share);
        let own = shares.next();
        for share in shares {
            scope.spawn(move || parse_all(share));
        }
        parse_all(own.unwrap_or_default());
    });
}

impl Wanted<'_> {
    fn kept(&self, ledger: &Ledger) -> Option<Vec<Unit>> {
        let body = ledger.outline(&self.blob, &self.key()).ok().flatten()?;
        decode(&body)
    }

    fn key(&self) -> String {
        let language = Language::of_path(self.path).map_or("", |language| language.name());
        format!("{OUTLINE_VERSION} {language}")
    }
}

fn encode(units: &[Unit]) -> String {
    let kept = |unit: &Unit| {
        Kept(
            unit.name.clone(),
            unit.kind.to_string(),
            unit.bytes.start,
            unit.bytes.end,
        )
    };
    super::report::json(&units.iter().map(kept).collect::<Vec<_>>())
}

fn decode(body: &str) -> Option<Vec<Unit>> {
    let kept: Vec<Kept> = serde_json::from_str(body).ok()?;
    let unit = |Kept(name, kind, start, end): Kept| {
        Some(Unit {
            name,
            kind: kind_of(&kind)?,
            bytes: start..end,
        })
    };
    kept.into_iter().map(unit).collect()
}

fn kind_of(word: &str) -> Option<UnitKind> {
    use UnitKind::{Block, Function, Macro, Method, Module, Type};
    [Function, Method, Type, Module, Macro, Block]
        .into_iter()
        .find(|kind| kind.to_string() == word)
}

/// The bytes at which regions are cut, sorted.
pub(crate) fn borders(units: &[Unit]) -> Vec<u32> {
    let mut borders: Vec<u32> = units
        .iter()
        .flat_map(|unit| [unit.bytes.start as u32, unit.bytes.end as u32])
        .collect();
    borders.dedup();
    borders
}

/// The unit that holds a byte.
pub(crate) fn at(units: &[Unit], byte: u32) -> Option<&Unit> {
    let byte = byte as usize;
    let index = units.partition_point(|unit| unit.bytes.end <= byte);
    let unit = units.get(index).filter(|unit| unit.bytes.start <= byte);
    // A mark behind the last line of a unit still belongs to it.
    unit.or_else(|| {
        index
            .checked_sub(1)
            .and_then(|i| units.get(i))
            .filter(|u| u.bytes.end == byte)
    })
}
