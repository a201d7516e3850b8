//! `countersign.mark`: a person says that an assistant wrote a text.

use countersign_provenance::{Evidence, Origin};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::Target;
use crate::lsp::shared::Shared;
use crate::lsp::{convert, errors};
use crate::workspace::Fault;
use crate::workspace::clock::now;

pub(crate) fn run(shared: &Shared, target: Target) -> Result<Value> {
    let shown = shared.buffer_of(&target)?;
    let Some(range) = target.range else {
        return Err(errors::invalid(
            "select what an assistant wrote: `range` is missing",
        ));
    };
    let origin = Origin {
        source: target.source.unwrap_or_else(|| "unknown".to_owned()),
        model: None,
        session: None,
        evidence: Evidence::Marked,
        at: now(),
    };
    let ranges = [convert::positions(range)];
    let marked = shared
        .session
        .mark(target.uri.as_str(), Some(shown.version), &ranges, &origin);
    match marked {
        Ok(true) => Ok(json!({ "marked": true })),
        Ok(false) => {
            let place = "the selection".to_owned();
            Err(errors::answer(
                shared,
                &Fault::NothingThere {
                    place,
                    verb: "mark",
                },
            ))
        }
        Err(fault) => Err(errors::answer(shared, &fault)),
    }
}
