//! The units of a text, read once and then kept beside the facts.

use std::borrow::Cow;
use std::thread;

use countersign_ledger::{Ledger, Outline as KeptOutline};
use countersign_provenance::BlobId;
use countersign_syntax::{Language, Outline, Unit, UnitKind, UnitPart, outline_after, outline_of};
use serde::{Deserialize, Serialize};

/// Changes when units are cut differently: what was kept is then read anew.
const OUTLINE_VERSION: &str = "5";

/// An outline as it is kept: its units, and before which of them the text can be cut.
#[derive(Serialize, Deserialize)]
struct Kept {
    units: Vec<KeptUnit>,
    firsts: Vec<usize>,
}

/// Name, kind, part, and half open bytes.
#[derive(Serialize, Deserialize)]
struct KeptUnit(String, String, KeptPart, usize, usize);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KeptPart {
    First,
    Further,
}

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
    at_pace(ledger, (path, blob, text), || ())
}

/// Likewise for one who is in no hurry: `pace` is called often meanwhile.
pub(crate) fn at_pace(
    ledger: &mut Ledger,
    (path, blob, text): (&str, &BlobId, &str),
    pace: fn(),
) -> Vec<Unit> {
    let wanted = Wanted {
        path,
        blob: blob.clone(),
        text: Cow::Borrowed(text),
    };
    found(ledger, &[wanted], pace).pop().unwrap_or_default()
}

/// The units of many texts, in their order. Each is parsed once and then kept.
pub(crate) fn of_many(ledger: &mut Ledger, wanted: &[Wanted<'_>]) -> Vec<Vec<Unit>> {
    found(ledger, wanted, || ())
}

fn found(ledger: &mut Ledger, wanted: &[Wanted<'_>], pace: fn()) -> Vec<Vec<Unit>> {
    let mut outlines: Vec<_> = wanted.iter().map(|wanted| wanted.kept(ledger)).collect();
    let open = wanted.iter().zip(&mut outlines);
    let open = open.filter(|(_, outline)| outline.is_none());
    let mut open: Vec<Open<'_>> = open
        .map(|(wanted, outline)| Open {
            wanted,
            earlier: wanted.earlier(ledger),
            outline,
        })
        .collect();
    find(&mut open, pace);
    let fresh = open.iter().map(|open| KeptOutline {
        blob: open.wanted.blob.clone(),
        language: open.wanted.key(),
        body: open.outline.as_ref().map(encode).unwrap_or_default(),
    });
    // Losing these costs a parse; a ledger that cannot be written still answers.
    let _kept = ledger.put_outlines(&fresh.collect::<Vec<_>>());
    let outlines = outlines.into_iter().map(Option::unwrap_or_default);
    outlines.map(|outline| outline.units).collect()
}

/// A text whose units nobody has found yet.
struct Open<'a> {
    wanted: &'a Wanted<'a>,
    /// An earlier text of the same path, with its outline.
    earlier: Option<(String, Outline)>,
    outline: &'a mut Option<Outline>,
}

impl Open<'_> {
    /// Parses what the earlier text does not have; where that is not enough, all of it.
    fn find(&mut self, pace: fn()) {
        let Wanted { path, text, .. } = self.wanted;
        let earlier = self.earlier.take();
        let mut never = || {
            pace();
            false
        };
        let after = earlier.and_then(|(old, known)| outline_after(path, &old, &known, text));
        *self.outline = Some(after.unwrap_or_else(|| outline_of(path, text, &mut never)));
    }
}

/// On as many processors as there are.
fn find(open: &mut [Open<'_>], pace: fn()) {
    let several = thread::available_parallelism().map_or(1, usize::from);
    let share = open.len().div_ceil(several).max(1);
    thread::scope(|scope| {
        let mut shares = open.chunks_mut(share);
        let own = shares.next();
        for share in shares {
            scope.spawn(move || share.iter_mut().for_each(|open| open.find(pace)));
        }
        let own = own.unwrap_or_default().iter_mut();
        own.for_each(|open| open.find(pace));
    });
}

impl Wanted<'_> {
    fn kept(&self, ledger: &Ledger) -> Option<Outline> {
        let body = ledger.outline(&self.blob, &self.key()).ok().flatten()?;
        decode(&body)
    }

    fn earlier(&self, ledger: &Ledger) -> Option<(String, Outline)> {
        let kept = ledger.outline_at(self.path, &self.key()).ok().flatten()?;
        let text = ledger.snapshot(&kept.blob).ok().flatten()?;
        Some((text, decode(&kept.body)?))
    }

    fn key(&self) -> String {
        let language = Language::of_path(self.path).map_or("", |language| language.name());
        format!("{OUTLINE_VERSION} {language}")
    }
}

fn encode(outline: &Outline) -> String {
    let kept = |unit: &Unit| {
        KeptUnit(
            unit.name.clone(),
            unit.kind.to_string(),
            match unit.part {
                UnitPart::First => KeptPart::First,
                UnitPart::Further => KeptPart::Further,
            },
            unit.bytes.start,
            unit.bytes.end,
        )
    };
    super::report::json(&Kept {
        units: outline.units.iter().map(kept).collect(),
        firsts: outline.firsts.clone(),
    })
}

fn decode(body: &str) -> Option<Outline> {
    let kept: Kept = serde_json::from_str(body).ok()?;
    let unit = |KeptUnit(name, kind, part, start, end): KeptUnit| {
        Some(Unit {
            name,
            kind: kind_of(&kind)?,
            part: match part {
                KeptPart::First => UnitPart::First,
                KeptPart::Further => UnitPart::Further,
            },
            bytes: start..end,
        })
    };
    let units: Option<_> = kept.units.into_iter().map(unit).collect();
    Some(Outline {
        units: units?,
        firsts: kept.firsts,
    })
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
    index_at(units, byte).map(|index| &units[index])
}

/// Likewise, by its place among them.
pub(crate) fn index_at(units: &[Unit], byte: u32) -> Option<usize> {
    let byte = byte as usize;
    let index = units.partition_point(|unit| unit.bytes.end <= byte);
    match units.get(index) {
        Some(unit) if unit.bytes.start <= byte => Some(index),
        // A mark behind the last line of a unit still belongs to it.
        _ => index.checked_sub(1).filter(|&i| units[i].bytes.end == byte),
    }
}
