//! The units of a text, read once and then kept beside the facts.

use countersign_ledger::Ledger;
use countersign_provenance::BlobId;
use countersign_syntax::{Unit, UnitKind, outline_of};
use serde::{Deserialize, Serialize};

/// Changes when units are cut differently: what was kept is then read anew.
const OUTLINE_VERSION: &str = "2";

#[derive(Serialize, Deserialize)]
struct Kept(String, String, usize, usize);

/// The units of a text. A parse of a large text is done once.
pub(crate) fn of(ledger: &mut Ledger, path: &str, blob: &BlobId, text: &str) -> Vec<Unit> {
    let language = countersign_syntax::Language::of_path(path);
    let key = format!(
        "{OUTLINE_VERSION} {}",
        language.map_or("", |language| language.name())
    );
    let kept = ledger.outline(blob, &key).ok().flatten();
    if let Some(units) = kept.and_then(|body| decode(&body)) {
        return units;
    }
    let units = outline_of(path, text, &mut || false);
    if text.len() > 20_000 {
        // Losing this costs a parse; a ledger that cannot be written still answers.
        let _kept = ledger.put_outline(blob, &key, &encode(&units));
    }
    units
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
