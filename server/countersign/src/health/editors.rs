//! The editors of this machine, and whether they show marks.

use countersign_ledger::Place;
use serde::Serialize;

use super::Finding;
use crate::setup::Machine;
use crate::setup::editors::EDITORS;

/// An editor that was found.
#[derive(Debug, Serialize)]
pub(crate) struct EditorHealth {
    name: &'static str,
    /// By what it was found.
    found: String,
    set_up: bool,
}

pub(super) fn examine(
    place: &Place,
    machine: &Machine,
    findings: &mut Vec<Finding>,
) -> Vec<EditorHealth> {
    let mut editors = Vec::new();
    for editor in EDITORS {
        let Some(found) = editor.found(machine) else {
            continue;
        };
        let set_up = editor.is_set_up(machine) || editor.is_set_up_in(place);
        findings.push(match set_up {
            true => Finding::ok(
                editor.label,
                format!("{found}; its settings name countersign"),
            ),
            false => Finding::remark(
                editor.label,
                format!("{found}; its settings do not name countersign"),
                Some("countersign init"),
            ),
        });
        editors.push(EditorHealth {
            name: editor.name,
            found,
            set_up,
        });
    }
    if editors.is_empty() {
        let says = "none that init knows was found; any that speaks LSP runs `countersign lsp`";
        findings.push(Finding::remark("editors", says, None));
    }
    editors
}
