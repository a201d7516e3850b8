//! What the facts say about origins, stretches and removals.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::State;
use super::statements::Statements;
use crate::fact::{
    Act, ActKind, Evidence, Fact, FactId, Origin, OriginId, Removal, RemovalId, Statement,
};
use crate::region::{Span, Stretch};

/// What is known better of some stretches, and the fact that says so.
#[derive(Debug, Clone, PartialEq)]
struct Better {
    id: FactId,
    origin: Arc<Origin>,
}

/// An undo may itself be taken back, so many times over.
const UNDO_DEPTH: usize = 16;

/// What is known about the origins and removals of some texts.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    origins: HashMap<OriginId, Arc<Origin>>,
    evidence: HashMap<OriginId, Statements<Better>>,
    /// What a stretch was before it was moved.
    moved: HashMap<OriginId, Statements<Option<Stretch>>>,
    acts: HashMap<OriginId, Statements<Fact>>,
    removals: HashMap<RemovalId, Removal>,
    removal_acts: HashMap<RemovalId, Vec<Arc<Fact>>>,
    returned: HashSet<RemovalId>,
    /// What was taken back, and by which facts.
    undos: HashMap<FactId, HashSet<FactId>>,
}

impl Knowledge {
    /// Takes a fact in. Any order gives the same knowledge, and a fact that is
    /// told twice counts once.
    pub fn learn(&mut self, fact: &Fact) {
        match &fact.statement {
            Statement::Origin(origin) => {
                self.origins.insert(fact.id, Arc::new(origin.clone()));
            }
            Statement::Evidence { stretches, origin } => {
                self.learn_evidence(fact.id, stretches, origin);
            }
            Statement::Moved(parts) => {
                for (now, before) in parts {
                    let moved = self.moved.entry(now.origin).or_default();
                    moved.add(&now.ink, &Arc::new(before.clone()));
                }
            }
            Statement::Removal(removal) => {
                self.removals.insert(fact.id, removal.clone());
            }
            Statement::Returned(removal) => {
                self.returned.insert(*removal);
            }
            Statement::Act(act) => self.learn_act(fact, act),
            Statement::Undo(act) => {
                self.undos.entry(*act).or_default().insert(fact.id);
            }
            Statement::Text(_)
            | Statement::Prints(_)
            | Statement::Began(_)
            | Statement::Pruned(_) => {}
        }
    }

    fn learn_evidence(&mut self, id: FactId, stretches: &[Stretch], origin: &Origin) {
        let origin = Arc::new(origin.clone());
        let better = Arc::new(Better { id, origin });
        for Stretch { origin, ink } in stretches {
            self.evidence.entry(*origin).or_default().add(ink, &better);
        }
    }

    fn learn_act(&mut self, fact: &Fact, act: &Act) {
        let fact = Arc::new(fact.clone());
        for stretch in &act.stretches {
            self.acts
                .entry(stretch.origin)
                .or_default()
                .add(&stretch.ink, &fact);
        }
        for removal in &act.removals {
            let acts = self.removal_acts.entry(*removal).or_default();
            if !acts.iter().any(|known| known.id == fact.id) {
                acts.push(fact.clone());
            }
        }
    }

    /// Takes an act out, as if it had never been learned.
    pub fn forget(&mut self, act: FactId) {
        self.acts
            .values_mut()
            .for_each(|acts| acts.retain(|fact| fact.id != act));
        self.removal_acts
            .values_mut()
            .for_each(|acts| acts.retain(|fact| fact.id != act));
    }

    /// Whether this origin's own fact is known.
    pub fn knows(&self, origin: OriginId) -> bool {
        self.origins.contains_key(&origin)
    }

    /// What was taken away by this name.
    pub fn removal(&self, id: RemovalId) -> Option<&Removal> {
        self.removals.get(&id)
    }

    /// Who caused a removal.
    pub fn removal_origin(&self, id: RemovalId) -> Option<&Arc<Origin>> {
        self.origins.get(&self.removals.get(&id)?.origin)
    }

    /// What became of a removal; `None` where it ended: it came back, or a
    /// person put it back.
    pub fn removal_state(&self, id: RemovalId) -> Option<State> {
        if self.returned.contains(&id) || !self.removals.contains_key(&id) {
            return None;
        }
        let acts = self.removal_acts(id);
        let has = |wanted| acts.iter().any(|fact| kind(fact) == Some(wanted));
        let suspected = || {
            let origin = self.removal_origin(id);
            origin.is_some_and(|origin| origin.evidence == Evidence::Suspected)
        };
        match () {
            () if has(ActKind::Reject) => None,
            () if has(ActKind::Confirm) => Some(State::Confirmed),
            () if has(ActKind::Claim) => Some(State::Claimed),
            () if suspected() => Some(State::Suspected),
            () => Some(State::Unreviewed),
        }
    }

    /// The acts on a removal, in the order of their ids.
    pub fn removal_acts(&self, id: RemovalId) -> Vec<Arc<Fact>> {
        let acts = self.removal_acts.get(&id).into_iter().flatten();
        let mut acts: Vec<_> = acts.filter(|fact| self.stands(fact.id)).cloned().collect();
        acts.sort_by_key(|fact| fact.id);
        acts
    }

    /// Whether no standing undo takes a fact back.
    fn stands(&self, id: FactId) -> bool {
        self.stands_within(id, UNDO_DEPTH)
    }

    fn stands_within(&self, id: FactId, depth: usize) -> bool {
        let Some(undos) = self.undos.get(&id).filter(|_| depth > 0) else {
            return true;
        };
        !undos
            .iter()
            .any(|undo| self.stands_within(*undo, depth - 1))
    }

    /// Who wrote a span that no statement cuts: by the strongest evidence. `None`
    /// where only a person said so, and took it back.
    pub(super) fn origin(&self, span: &Span) -> Option<Arc<Origin>> {
        let own = self.origins.get(&span.origin);
        let standing = own.filter(|origin| !self.is_taken_back(span.origin, origin));
        let better = self.evidence.get(&span.origin).into_iter();
        let covering = better
            .flat_map(|better| better.covering(&span.ink))
            .filter(|better| !self.is_taken_back(better.id, &better.origin))
            .map(|better| &better.origin);
        let all = standing.into_iter().chain(covering);
        let strongest = all.max_by(|a, b| words(a).cmp(&words(b))).cloned();
        strongest.or_else(|| own.is_none().then(|| Arc::new(unknown_origin())))
    }

    /// Whether a person said that an assistant wrote it, and took it back. What
    /// anybody else knows stands, whoever would have it undone.
    fn is_taken_back(&self, id: FactId, origin: &Origin) -> bool {
        origin.evidence == Evidence::Marked && !self.stands(id)
    }

    /// Whether the fact that a span names is a mark that was taken back.
    pub(super) fn is_of_no_mark(&self, span: &Span) -> bool {
        let own = self.origins.get(&span.origin);
        own.is_some_and(|origin| self.is_taken_back(span.origin, origin))
    }

    /// Whether a part of what a span names was moved here from elsewhere.
    pub(super) fn has_moved(&self, span: &Span) -> bool {
        let moved = self.moved.get(&span.origin);
        moved.is_some_and(|moved| moved.touching(&span.ink).next().is_some())
    }

    /// A span that no statement cuts, as what it was before it was moved. `None`
    /// where that is nobody's. Of several moves the lowest name counts, so that
    /// any order agrees.
    pub(super) fn before_moves(&self, mut span: Span) -> Option<Span> {
        for _ in 0..UNDO_DEPTH {
            let Some(moved) = self.moved.get(&span.origin) else {
                break;
            };
            let covers =
                |ink: &std::ops::Range<u32>| ink.start <= span.ink.start && span.ink.end <= ink.end;
            let covering = moved.touching(&span.ink).filter(|(ink, _)| covers(ink));
            let name = |what: &Option<Stretch>| {
                what.as_ref()
                    .map(|stretch| (stretch.origin, stretch.ink.start))
            };
            let Some((ink, before)) = covering.min_by_key(|(_, what)| name(what)) else {
                break;
            };
            let before = Option::as_ref(before)?;
            let start = before.ink.start + (span.ink.start - ink.start);
            let length = span.ink.end - span.ink.start;
            span.origin = before.origin;
            span.ink = start..start + length;
        }
        Some(span)
    }

    /// Who took something away.
    pub(super) fn removal_origin_or_unknown(&self, id: RemovalId) -> Arc<Origin> {
        self.removal_origin(id)
            .cloned()
            .unwrap_or_else(|| Arc::new(unknown_origin()))
    }

    /// The standing acts that cover a span, in the order of their ids.
    pub(super) fn acts(&self, span: &Span) -> Vec<Arc<Fact>> {
        let acts = self.acts.get(&span.origin).into_iter();
        let covering = acts.flat_map(|acts| acts.covering(&span.ink));
        let mut acts: Vec<_> = covering
            .filter(|fact| self.stands(fact.id))
            .cloned()
            .collect();
        acts.sort_by_key(|fact| fact.id);
        acts.dedup_by_key(|fact| fact.id);
        acts
    }

    /// The state of a span that no statement cuts.
    pub(super) fn state(&self, acts: &[Arc<Fact>], origin: &Origin) -> State {
        let has = |wanted| acts.iter().any(|fact| kind(fact) == Some(wanted));
        if has(ActKind::Confirm) {
            State::Confirmed
        } else if has(ActKind::Claim) {
            State::Claimed
        } else if origin.evidence == Evidence::Suspected {
            State::Suspected
        } else {
            State::Unreviewed
        }
    }

    /// Where statements on its origin begin or end inside a span: in ink,
    /// sorted.
    pub(super) fn cuts(&self, span: &Span) -> Vec<u32> {
        let acts = self.acts.get(&span.origin).into_iter();
        let acts = acts.flat_map(|acts| acts.touching(&span.ink));
        let acts = acts
            .filter(|(_, fact)| self.stands(fact.id))
            .map(|(ink, _)| ink);
        let better = self.evidence.get(&span.origin).into_iter();
        let better = better
            .flat_map(|better| better.touching(&span.ink))
            .filter(|(_, better)| !self.is_taken_back(better.id, &better.origin))
            .map(|(ink, _)| ink);
        let moved = self.moved.get(&span.origin).into_iter();
        let moved = moved
            .flat_map(|moved| moved.touching(&span.ink))
            .map(|(ink, _)| ink);
        let inside = |ink: &u32| span.ink.start < *ink && *ink < span.ink.end;
        let ends = acts
            .chain(better)
            .chain(moved)
            .flat_map(|ink| [ink.start, ink.end]);
        let mut cuts: Vec<u32> = ends.filter(inside).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }
}

/// Equal evidence is told apart by its words, so that any order of arrival agrees.
fn words(origin: &Origin) -> impl Ord {
    (
        origin.evidence,
        &origin.source,
        &origin.session,
        &origin.model,
        origin.at,
    )
}

fn kind(fact: &Fact) -> Option<ActKind> {
    match &fact.statement {
        Statement::Act(act) => Some(act.kind),
        _ => None,
    }
}

/// What is shown where the fact about an origin did not arrive.
fn unknown_origin() -> Origin {
    let evidence = Evidence::Declared;
    Origin {
        source: "unknown".into(),
        model: None,
        session: None,
        evidence,
        at: 0,
    }
}
