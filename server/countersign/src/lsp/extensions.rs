//! The methods of our own, `countersign/*`. What they mean to a client is in `extensions.md`, beside this file. And
//! those of the protocol that the frame does not know.

use std::ops::Range;

use countersign_provenance::review::Region;
use countersign_provenance::{Act, Evidence, Fact, Origin, Statement};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{
    self as lsp, TextDocumentIdentifier, Uri, VersionedTextDocumentIdentifier,
};
use tower_lsp::{LspService, LspServiceBuilder, jsonrpc};

use super::log::Trace;
use super::overview::Closed;
use super::server::Server;
use super::shared::Shared;
use super::told::Status;
use super::{convert, handlers, words};
use crate::workspace::clock::{now, rfc3339};
use crate::workspace::findings::ids;
use crate::workspace::session::Shown;
use crate::workspace::units;

/// Adds our methods to those of the protocol.
pub(super) fn register(
    service: LspServiceBuilder<Server>,
) -> (LspService<Server>, tower_lsp::ClientSocket) {
    service
        .custom_method("countersign/inserted", Server::inserted)
        .custom_method("countersign/pasted", Server::pasted)
        .custom_method("countersign/regions", Server::regions)
        .custom_method("window/workDoneProgress/cancel", Server::cancel)
        .custom_method("$/setTrace", Server::set_trace)
        .finish()
}

impl Server {
    /// A token that is none of ours, or of work that is done, ends nothing.
    async fn cancel(&self, params: Value) {
        let token = serde_json::from_value(params["token"].clone());
        if let (Ok(token), Some(progress)) = (token, self.shared.overview.progress()) {
            progress.cancel(&token);
        }
    }

    async fn set_trace(&self, params: Value) {
        let word = params["value"].as_str().unwrap_or("off");
        self.shared.log.set_trace(Trace::of(word));
    }

    async fn inserted(&self, params: Value) {
        handlers::inserted::inserted(&self.shared, params);
    }

    async fn pasted(&self, params: Value) {
        handlers::inserted::pasted(&self.shared, params);
    }

    async fn regions(&self, params: RegionsParams) -> jsonrpc::Result<Option<RegionsResult>> {
        let shown = self.shared.shown(params.text_document.uri.as_str());
        Ok(shown.map(|shown| RegionsResult {
            version: shown.version,
            regions: regions(&self.shared, &shown),
        }))
    }
}

/// `countersign/inserted`: an editor saw an assistant's text go in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InsertedParams {
    pub(super) text_document: Versioned,
    pub(super) ranges: Vec<lsp::Range>,
    pub(super) origin: InsertedOrigin,
}

/// `countersign/pasted`: an editor saw text go in from the clipboard.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PastedParams {
    pub(super) text_document: Versioned,
    pub(super) ranges: Vec<lsp::Range>,
}

/// A buffer, and the version that ranges count in; without one, the present one.
#[derive(Debug, Deserialize)]
pub(super) struct Versioned {
    pub(super) uri: Uri,
    pub(super) version: Option<i32>,
}

/// Who wrote what was inserted.
#[derive(Debug, Deserialize)]
pub(super) struct InsertedOrigin {
    source: String,
    model: Option<String>,
    session: Option<String>,
}

impl From<InsertedOrigin> for Origin {
    fn from(
        InsertedOrigin {
            source,
            model,
            session,
        }: InsertedOrigin,
    ) -> Self {
        Origin {
            source,
            model,
            session,
            evidence: Evidence::Observed,
            at: now(),
        }
    }
}

/// `countersign/regions`: all regions of a buffer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionsParams {
    text_document: TextDocumentIdentifier,
}

/// The answer to `countersign/regions`.
#[derive(Debug, Serialize)]
struct RegionsResult {
    version: i32,
    regions: Vec<RegionJson>,
}

/// `countersign/regionsChanged`.
enum RegionsChanged {}

impl Notification for RegionsChanged {
    type Params = RegionsChangedParams;
    const METHOD: &'static str = "countersign/regionsChanged";
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct RegionsChangedParams {
    text_document: VersionedTextDocumentIdentifier,
    regions: Vec<RegionJson>,
}

/// `countersign/status`.
enum StatusChanged {}

impl Notification for StatusChanged {
    type Params = StatusParams;
    const METHOD: &'static str = "countersign/status";
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusParams {
    files: u32,
    unreviewed_lines: u32,
    suspected_lines: u32,
}

/// One region of a buffer.
#[derive(Debug, Deserialize, Serialize)]
struct RegionJson {
    id: String,
    range: lsp::Range,
    state: String,
    origin: OriginJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_lines: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    confirmations: Vec<ConfirmationJson>,
}

#[derive(Debug, Deserialize, Serialize)]
struct OriginJson {
    source: String,
    model: Option<String>,
    session: Option<String>,
    evidence: String,
    at: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct ConfirmationJson {
    by: String,
    at: String,
    level: String,
    note: Option<String>,
    answers: Vec<AnswerJson>,
}

#[derive(Debug, Deserialize, Serialize)]
struct AnswerJson {
    question: String,
    answer: String,
}

/// Tells the regions of a buffer.
pub(super) fn tell_regions(shared: &Shared, uri: &str, shown: &Shown) {
    let Ok(uri) = uri.parse::<Uri>() else { return };
    shared
        .outbox
        .notify::<RegionsChanged>(RegionsChangedParams {
            text_document: VersionedTextDocumentIdentifier {
                uri,
                version: shown.version,
            },
            regions: regions(shared, shown),
        });
}

/// Tells that nothing is shown of a buffer any more.
pub(super) fn tell_no_regions(shared: &Shared, uri: &str, version: i32) {
    let Ok(uri) = uri.parse::<Uri>() else { return };
    shared
        .outbox
        .notify::<RegionsChanged>(RegionsChangedParams {
            text_document: VersionedTextDocumentIdentifier { uri, version },
            regions: Vec::new(),
        });
}

/// Tells the sums over all files, where they are other than before.
pub(super) fn tell_status(shared: &Shared) {
    let closed = shared.overview.sum(|| closed(shared));
    let open = shared.session.open_files();
    let files = open.values().filter_map(|names| names.first());
    if let Some(status) = shared.told.new_status(closed, files) {
        shared.outbox.notify::<StatusChanged>(StatusParams {
            files: status.files,
            unreviewed_lines: status.unreviewed_lines,
            suspected_lines: status.suspected_lines,
        });
    }
}

/// The sums over the files of the window that are not open.
fn closed(shared: &Shared) -> Status {
    let open = shared.session.open_files();
    let mut status = Status::default();
    for (place, Closed { waiting, .. }) in shared.overview.closed() {
        let path = &waiting.path;
        let is_open = open.contains_key(&(place.worktree.clone(), path.clone()));
        let is_inside = || shared.folders.of(&place.absolute(path)).is_some();
        if !is_open && is_inside() && shared.settings_of(&place, path).shows(path) {
            status.add(waiting.counts);
        }
    }
    status
}

fn regions(shared: &Shared, shown: &Shown) -> Vec<RegionJson> {
    let encoding = shared.session.encoding();
    let text = shown.text.reading();
    let range = |bytes: &Range<u32>| convert::range(&text, bytes, encoding);
    let region = |region: &Region| RegionJson {
        id: ids(region).join(","),
        range: range(&region.bytes),
        state: region.state.word().to_owned(),
        origin: origin(&region.origin),
        unit: units::at(&shown.units, region.bytes.start).map(|unit| unit.name.clone()),
        removed_lines: (region.removed_lines > 0).then_some(region.removed_lines),
        confirmations: region
            .acts
            .iter()
            .filter_map(|fact| confirmation(fact))
            .collect(),
    };
    shown.regions.iter().map(region).collect()
}

fn origin(origin: &Origin) -> OriginJson {
    OriginJson {
        source: origin.source.clone(),
        model: origin.model.clone(),
        session: origin.session.clone(),
        evidence: words::evidence(origin.evidence).to_owned(),
        at: rfc3339(origin.at),
    }
}

fn confirmation(fact: &Fact) -> Option<ConfirmationJson> {
    let Statement::Act(Act {
        level,
        note,
        answers,
        ..
    }) = &fact.statement
    else {
        return None;
    };
    let answers = answers
        .iter()
        .cloned()
        .map(|(question, answer)| AnswerJson { question, answer });
    Some(ConfirmationJson {
        by: fact.by.clone(),
        at: rfc3339(fact.at),
        level: words::level(*level).to_owned(),
        note: note.clone(),
        answers: answers.collect(),
    })
}
