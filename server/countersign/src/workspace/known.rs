//! Reading from the ledger what is known of a text.

use std::borrow::Cow;
use std::collections::HashSet;

use countersign_ledger::{Ledger, LedgerError, Loss, Place, fits};
use countersign_provenance::carry::{Carried, Source, carry};
use countersign_provenance::review::Knowledge;
use countersign_provenance::{
    BlobId, Evidence, Fact, OriginId, Regions, RemovalId, Statement, Text, TextFact, count_tokens,
};

use super::Fault;
use super::displaced;
use super::last_known::last_known;
use super::recognise::{By, Newcomer, Recognised, World};

/// The regions of a text in the work tree: what its blob's facts say; where the
/// blob is not known, they are carried from the text last known at the path, and
/// what is new there is looked for elsewhere.
pub(crate) fn regions_of(
    ledger: &Ledger,
    place: &Place,
    path: &str,
    blob: &BlobId,
    text: &str,
) -> Result<Known, Fault> {
    regions_in(&World::work_tree(place), ledger, path, blob, text)
}

/// The same for a text that stands in this world.
pub(crate) fn regions_in(
    world: &World<'_>,
    ledger: &Ledger,
    path: &str,
    blob: &BlobId,
    text: &str,
) -> Result<Known, Fault> {
    let mut known = regions_here(world, ledger, path, blob, text)?;
    if displaced::leave_out(world, ledger, (path, text), &mut known.regions)? {
        known.rests_on = RestsOn::OtherFiles;
    }
    Ok(known)
}

/// The same, with all that was ever taken away here.
pub(super) fn regions_here(
    world: &World<'_>,
    ledger: &Ledger,
    path: &str,
    blob: &BlobId,
    text: &str,
) -> Result<Known, Fault> {
    let mut texts = ledger.texts(blob, path)?;
    let newcomer = Newcomer {
        world,
        path,
        blob,
        text,
        by: By::Person,
    };
    let mut from = From::Facts;
    // Of those at other paths, the text of a path that is gone was moved; one that stands may have been copied.
    let is_told = texts.iter().any(|text| text.path == path);
    if !is_told && let Some(path) = newcomer.renamed_from(ledger)? {
        texts = ledger.texts(blob, &path)?;
        from = From::Elsewhere;
    }
    if !texts.is_empty() {
        return Ok(Known {
            regions: union(ledger, text, &texts)?,
            from,
            rests_on: match from {
                From::Facts => RestsOn::ItsFacts,
                _ => RestsOn::OtherFiles,
            },
            returned: Vec::new(),
        });
    }
    let last = last_known(ledger, world.place(), path, blob, text)?;
    let mut is_path_known = last.is_some();
    let mut carried = last.unwrap_or_else(|| carry(&[], text));
    if !carried.regions.is_empty() && world.stood_before(ledger, path, blob)? {
        return Ok(Known {
            regions: Regions::default(),
            from: From::Nothing,
            rests_on: RestsOn::OtherFiles,
            returned: Vec::new(),
        });
    }
    let mut recognised = newcomer.recognise(ledger, &mut carried)?;
    if !is_path_known
        && matches!(recognised, Recognised::From(_))
        && let Some(earlier) = before_renaming(&newcomer, ledger)?
    {
        carried = earlier;
        is_path_known = true;
        recognised = newcomer.recognise(ledger, &mut carried)?;
    }
    let rests_on = match recognised {
        Recognised::Alone if ledger.paths_of_blob(blob)?.is_empty() => RestsOn::AllFacts,
        _ => RestsOn::OtherFiles,
    };
    let from = match (&recognised, is_path_known) {
        (Recognised::From(_), _) => From::Elsewhere,
        (_, true) => From::Carried,
        (_, false) => From::Nothing,
    };
    Ok(Known {
        regions: without_returned(ledger, carried.regions, text)?,
        from,
        rests_on,
        returned: recognised.returned(),
    })
}

/// What a file brought along that was renamed, or is looked at in a change.
fn before_renaming(newcomer: &Newcomer<'_>, ledger: &Ledger) -> Result<Option<Carried>, Fault> {
    let Newcomer { world, text, .. } = *newcomer;
    let Some(earlier) = world.before_renaming(newcomer.path, newcomer.blob) else {
        return Ok(None);
    };
    let entry = earlier.entry;
    let tree = world.tree_of(&earlier.version);
    let world = World::before(world, &tree);
    let Some(before) = world.text_at(&entry.path) else {
        return Ok(None);
    };
    let known = regions_in(&world, ledger, &entry.path, &entry.blob, &before)?;
    Ok(Some(carry(&[Source::new(&before, &known.regions)], text)))
}

/// What of a ledger may be missing, as a sentence.
pub(crate) fn loss(ledger: &Ledger) -> Result<Option<String>, LedgerError> {
    let words = |loss: Loss| {
        let aside = loss.set_aside.display();
        format!("the ledger was damaged and set aside as {aside}: facts may be missing")
    };
    Ok(ledger.loss()?.map(words))
}

/// The regions of a text as far as its own path tells: by its facts, else carried
/// from the text last known there.
pub(crate) fn known_of_path(
    ledger: &Ledger,
    place: &Place,
    path: &str,
    blob: &BlobId,
    text: &str,
) -> Result<Regions, Fault> {
    let texts = ledger.texts(blob, path)?;
    if !texts.is_empty() {
        return Ok(union(ledger, text, &texts)?);
    }
    let carried = last_known(ledger, place, path, blob, text)?;
    Ok(carried.unwrap_or_default().regions)
}

/// The regions of a text, and how they were found.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// In bytes of the text as git stores it.
    pub(crate) regions: Regions,
    /// Where they come from.
    pub(crate) from: From,
    /// What would have to change for them to change.
    pub(crate) rests_on: RestsOn,
    /// The removals whose text stands here again, as far as it was recognised.
    pub(crate) returned: Vec<RemovalId>,
}

/// What the regions of a text rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestsOn {
    /// The facts about this text or its path, and acts.
    ItsFacts,
    /// All facts: a new one may speak of text that stands here too.
    AllFacts,
    /// Also what stands in other files: text that stands there as well is a copy here.
    OtherFiles,
}

/// How the regions of a text were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// Its blob is known.
    Facts,
    /// From the last text of its path.
    Carried,
    /// Some of it stood at another path.
    Elsewhere,
    /// Nothing is known of it.
    Nothing,
}

/// All that several facts say of one text. Where they disagree, the stronger
/// evidence has the bytes; then the lower name, so that any order agrees.
pub(crate) fn union(
    ledger: &Ledger,
    text: &str,
    facts: &[TextFact],
) -> Result<Regions, LedgerError> {
    let mut facts = Cow::Borrowed(facts);
    if !facts.iter().all(|fact| fits(fact, text.len())) {
        facts.to_mut().retain(|fact| fits(fact, text.len()));
    }
    let facts = &*standing_facts(ledger, text, &facts)?;
    if let [only] = facts {
        return Ok(only.regions.clone().fit(text));
    }
    let ids: Vec<OriginId> = facts.iter().flat_map(|f| origins_in(&f.regions)).collect();
    let origins = ledger.origins(&ids)?;
    let mut spans: Vec<_> = facts
        .iter()
        .flat_map(|fact| fact.regions.spans.clone())
        .collect();
    let evidence = |id: OriginId| {
        origins
            .get(&id)
            .map_or(Evidence::Suspected, |origin| origin.evidence)
    };
    spans.sort_by_key(|span| {
        (
            std::cmp::Reverse(evidence(span.origin)),
            span.origin,
            span.bytes.start,
            span.bytes.end,
        )
    });
    spans.dedup();
    let marks = facts
        .iter()
        .flat_map(|fact| fact.regions.marks.clone())
        .collect();
    Ok(Regions::new(text, spans, marks))
}

/// The facts as they stand: see [`Knowledge::standing`].
fn standing_facts<'a>(
    ledger: &Ledger,
    text: &str,
    facts: &'a [TextFact],
) -> Result<Cow<'a, [TextFact]>, LedgerError> {
    if !ledger.has_second_thoughts()? {
        return Ok(Cow::Borrowed(facts));
    }
    let ids: HashSet<OriginId> = facts.iter().flat_map(|f| origins_in(&f.regions)).collect();
    let ids: Vec<OriginId> = ids.into_iter().collect();
    if ledger.undos_of(&ids)?.is_empty() && ledger.moves_of(&ids)?.is_empty() {
        return Ok(Cow::Borrowed(facts));
    }
    let knowledge = knowledge_of(ledger, facts.iter().map(|fact| &fact.regions))?;
    let text = Text::from(text);
    let mut standing = facts.to_vec();
    for fact in &mut standing {
        let regions = std::mem::take(&mut fact.regions).fit(&text);
        fact.regions = knowledge.standing(&text, regions);
    }
    Ok(Cow::Owned(standing))
}

/// Drops the marks of removals whose text stands here again.
pub(crate) fn without_returned(
    ledger: &Ledger,
    mut regions: Regions,
    text: &str,
) -> Result<Regions, LedgerError> {
    if regions.marks.is_empty() {
        return Ok(regions);
    }
    let ids: Vec<RemovalId> = regions.marks.iter().map(|mark| mark.removal).collect();
    let removals = ledger.removals(&ids)?;
    let mut back = HashSet::new();
    for (id, removal) in &removals {
        if let Some(before) = ledger.snapshot(&removal.before)?
            && countersign_provenance::removal::came_back(
                &before,
                &removal.removed,
                removal.occurrences,
                text,
            )
        {
            back.insert(*id);
        }
    }
    regions.marks.retain(|mark| !back.contains(&mark.removal));
    Ok(regions)
}

/// The origins that a text's spans name.
pub(crate) fn origins_in(regions: &Regions) -> HashSet<OriginId> {
    regions.spans.iter().map(|span| span.origin).collect()
}

/// Whether a fact is a person's word that an assistant wrote something.
pub(crate) fn is_mark(fact: &Fact) -> bool {
    match &fact.statement {
        Statement::Origin(origin) | Statement::Evidence { origin, .. } => {
            origin.evidence == Evidence::Marked
        }
        _ => false,
    }
}

/// Whether a text is so short that its regions hold at its own path only.
pub(crate) fn is_short(text: &str) -> bool {
    const TWIN_TOKENS: usize = 24;
    count_tokens(text, TWIN_TOKENS) < TWIN_TOKENS
}

/// What is known about these regions: their origins, removals and acts.
pub(crate) fn knowledge_of<'a>(
    ledger: &Ledger,
    regions: impl IntoIterator<Item = &'a Regions>,
) -> Result<Knowledge, LedgerError> {
    let (mut origins, mut removals) = (HashSet::new(), HashSet::new());
    for regions in regions {
        origins.extend(origins_in(regions));
        removals.extend(regions.marks.iter().map(|mark| mark.removal));
    }
    knowledge_about(ledger, origins, removals)
}

/// What is known about these origins and removals.
pub(crate) fn knowledge_about(
    ledger: &Ledger,
    mut origins: HashSet<OriginId>,
    removals: HashSet<RemovalId>,
) -> Result<Knowledge, LedgerError> {
    let mut knowledge = Knowledge::default();
    let removal_ids: Vec<_> = removals.into_iter().collect();
    for fact in ledger.removal_facts(&removal_ids)? {
        if let countersign_provenance::Statement::Removal(removal) = &fact.statement {
            origins.insert(removal.origin);
        }
        knowledge.learn(&fact);
    }
    // What was moved has the origin that it had before.
    let moved: Vec<_> = origins.iter().copied().collect();
    for fact in ledger.moves_of(&moved)? {
        if let Statement::Moved(parts) = &fact.statement {
            origins.extend(
                parts
                    .iter()
                    .filter_map(|(_, was)| Some(was.as_ref()?.origin)),
            );
        }
    }
    let origin_ids: Vec<_> = origins.into_iter().collect();
    let mut marked = Vec::new();
    for fact in ledger.origin_facts(&origin_ids)? {
        marked.extend(is_mark(&fact).then_some(fact.id));
        knowledge.learn(&fact);
    }
    if !marked.is_empty() {
        let undos = ledger.undos_of(&marked)?;
        undos.iter().for_each(|undo| knowledge.learn(undo));
    }
    for fact in ledger.acts_on(&origin_ids, &removal_ids)? {
        knowledge.learn(&fact);
    }
    Ok(knowledge)
}
