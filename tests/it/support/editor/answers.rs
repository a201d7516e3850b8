//! What the editor answers when the server asks.

use super::buffer::Change;
use super::{Answer, Editor};
use serde_json::{Value, json};

impl Editor {
    /// Answers a request of the server by itself, as editors do.
    pub(super) fn answer(&mut self, request: &Value) {
        let id = request["id"].clone();
        let method = request["method"].as_str().unwrap_or("").to_owned();
        let result = match method.as_str() {
            _ if self.unusual.contains_key(method.as_str()) => {
                return self.answer_unusually(request);
            }
            "workspace/configuration" => {
                let items = request["params"]["items"].as_array().into_iter().flatten();
                let answer = |item: &Value| {
                    let scope = item["scopeUri"].as_str().unwrap_or("");
                    let own = self.configurations.get(scope);
                    own.unwrap_or(&self.configuration).clone()
                };
                json!(items.map(answer).collect::<Vec<_>>())
            }
            "workspace/applyEdit" => {
                self.apply(&request["params"]["edit"]);
                json!({ "applied": true })
            }
            "client/registerCapability"
            | "client/unregisterCapability"
            | "window/workDoneProgress/create"
            | "window/showMessageRequest"
            | "workspace/diagnostic/refresh"
            | "workspace/codeLens/refresh"
            | "workspace/inlayHint/refresh"
            | "workspace/semanticTokens/refresh" => Value::Null,
            _ => {
                let error = json!({ "code": -32601, "message": format!("no {method} here") });
                return self.send(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
            }
        };
        self.asked.push(request.clone());
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    }

    fn answer_unusually(&mut self, request: &Value) {
        let method = request["method"].as_str().unwrap_or("");
        let mut answer = json!({ "jsonrpc": "2.0", "id": request["id"] });
        self.asked.push(request.clone());
        match self.unusual.get(method) {
            Some(Answer::Result(result)) => answer["result"] = result.clone(),
            Some(Answer::Error) => answer["error"] = json!({ "code": -32603, "message": "no" }),
            Some(Answer::Never) | None => return,
        }
        self.send(&answer);
    }

    /// Applies a `WorkspaceEdit`: to the buffer of an open file, else to the file.
    pub(super) fn apply(&mut self, edit: &Value) {
        let simple = edit["changes"].as_object().into_iter().flatten();
        let mut files: Vec<(String, Value)> = simple
            .map(|(uri, edits)| (uri.clone(), edits.clone()))
            .collect();
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            let uri = change["textDocument"]["uri"].as_str();
            let uri = uri.unwrap_or_else(|| panic!("only text is edited, not {change}"));
            files.push((uri.to_owned(), change["edits"].clone()));
        }
        for (uri, edits) in files {
            let edits = edits.as_array().into_iter().flatten();
            let mut changes: Vec<Change> = edits.filter_map(Change::from_json).collect();
            // Edits of one list all speak of the text before: the last place is changed first.
            changes.sort_by_key(|change| std::cmp::Reverse(change.range));
            self.apply_to(&uri, &changes);
        }
    }
}
