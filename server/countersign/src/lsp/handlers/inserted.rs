//! `countersign/inserted` and `countersign/pasted`: where text came from, as only the editor could see.

use std::sync::atomic::Ordering;

use countersign_provenance::{Evidence, Origin};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::ls_types::Range;

use crate::lsp::convert;
use crate::lsp::extensions::{InsertedParams, PastedParams, Versioned};
use crate::lsp::shared::Shared;
use crate::workspace::clock::now;

/// An assistant's text was inserted.
pub(crate) fn inserted(shared: &Shared, params: Value) {
    if let Some(InsertedParams {
        text_document,
        ranges,
        origin,
    }) = read("countersign/inserted", params)
    {
        attribute(shared, &text_document, &ranges, origin.into());
    }
}

/// Text was pasted: from where, nobody knows.
pub(crate) fn pasted(shared: &Shared, params: Value) {
    if let Some(PastedParams {
        text_document,
        ranges,
    }) = read("countersign/pasted", params)
    {
        let origin = Origin {
            source: "pasted".to_owned(),
            model: None,
            session: None,
            evidence: Evidence::Suspected,
            at: now(),
        };
        attribute(shared, &text_document, &ranges, origin);
    }
}

fn read<T: DeserializeOwned>(method: &str, params: Value) -> Option<T> {
    let read = serde_json::from_value(params);
    read.inspect_err(|error| tracing::warn!("{method} makes no sense and is left out: {error}"))
        .ok()
}

fn attribute(shared: &Shared, document: &Versioned, ranges: &[Range], origin: Origin) {
    let ranges: Vec<_> = ranges.iter().copied().map(convert::positions).collect();
    match shared
        .session
        .attribute(document.uri.as_str(), document.version, &ranges, &origin)
    {
        // The client asks for diagnostics after its changes, not after this.
        Ok(is_new) => shared.has_acted.fetch_or(is_new, Ordering::AcqRel),
        Err(fault) => {
            tracing::warn!("an origin is shown but could not be kept: {fault}");
            shared.show_once(&fault);
            shared.has_acted.fetch_or(true, Ordering::AcqRel)
        }
    };
}
