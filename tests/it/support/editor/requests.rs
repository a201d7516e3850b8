//! What an editor asks of the server, in an editor's words.

use super::buffer::{self, Encoding, Position};
use super::{Diagnostic, Diagnostics, Editor, Options, Refused};
use serde_json::{Value, json};

/// A code action, with what an editor needs to show and to run it.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) preferred: bool,
    pub(crate) raw: Value,
}

impl Editor {
    #[track_caller]
    pub(super) fn initialize(&mut self, options: &Options) {
        let encodings: Vec<&str> = options.encodings.iter().map(|it| it.name()).collect();
        let uri = format!("file://{}", self.root.to_string_lossy());
        let folders: Vec<Value> = match options.folders.is_empty() {
            true => vec![json!({ "uri": uri, "name": "project" })],
            false => options.folders.iter().map(|it| folder(it)).collect(),
        };
        let mut capabilities = capabilities(&encodings, options.diagnostics);
        for pointer in &options.lacks {
            *capabilities.pointer_mut(pointer).expect("it is among them") = json!(false);
        }
        let params = json!({
            "processId": options.process_id,
            "clientInfo": { "name": options.name },
            "rootUri": uri,
            "workspaceFolders": folders,
            "initializationOptions": options.initialization,
            "capabilities": capabilities,
        });
        let answer = self.request("initialize", params);
        let answer = answer.unwrap_or_else(|refused| panic!("initialize: {refused:?}"));
        self.capabilities = answer["capabilities"].clone();
        self.server_info = answer["serverInfo"].clone();
        let named = self.capabilities["positionEncoding"]
            .as_str()
            .and_then(Encoding::named);
        self.encoding = named.unwrap_or(Encoding::Utf16);
        self.notify("initialized", json!({}));
    }

    /// The diagnostics of an open file, once they speak of its present version.
    #[track_caller]
    pub(crate) fn diagnostics(&mut self, path: &str) -> Vec<Diagnostic> {
        self.diagnostics_until(path, "diagnostics of the present version", |_| true)
    }

    /// The diagnostics of an open file, once they speak of its present version and `are` holds. `what` names it.
    #[track_caller]
    pub(crate) fn diagnostics_until(
        &mut self,
        path: &str,
        what: &str,
        are: impl Fn(&[Diagnostic]) -> bool,
    ) -> Vec<Diagnostic> {
        let version = self.version(path);
        let uri = self.uri(path);
        self.wait(&format!("{what} ({path}, version {version})"), |editor| {
            let published = editor.published.get(&uri)?;
            let present = published.version.is_some_and(|it| it >= version);
            (present && are(&published.diagnostics)).then(|| published.diagnostics.clone())
        })
    }

    /// How often diagnostics have been published for a file so far.
    pub(crate) fn published(&self, path: &str) -> usize {
        self.published.get(&self.uri(path)).map_or(0, |it| it.count)
    }

    /// Asks for the diagnostics of a file; gives the whole report.
    #[track_caller]
    pub(crate) fn pull(&mut self, path: &str, previous: Option<&str>) -> Value {
        let mut params = json!({ "textDocument": { "uri": self.uri(path) } });
        if let Some(previous) = previous {
            params["previousResultId"] = json!(previous);
        }
        self.expect("textDocument/diagnostic", params)
    }

    /// The same as a list.
    #[track_caller]
    pub(crate) fn pull_list(&mut self, path: &str) -> Vec<Diagnostic> {
        let report = self.pull(path, None);
        Diagnostic::all(&report["items"])
    }

    /// Asks for the diagnostics of all files; gives the whole report.
    #[track_caller]
    pub(crate) fn pull_all(&mut self) -> Value {
        self.pull_all_since(&Value::Null)
    }

    /// The same, knowing an earlier report.
    #[track_caller]
    pub(crate) fn pull_all_since(&mut self, report: &Value) -> Value {
        let known = report["items"].as_array().into_iter().flatten();
        let known = known.filter(|it| it["resultId"].is_string());
        let ids: Vec<Value> = known
            .map(|it| json!({ "uri": it["uri"], "value": it["resultId"] }))
            .collect();
        self.expect("workspace/diagnostic", json!({ "previousResultIds": ids }))
    }

    /// A report on all files, a line each: the file, its version if it has one, and what is said of it.
    pub(crate) fn listed_all(&self, report: &Value) -> String {
        let top = self.uri("");
        let said = |item: &Value| match item["kind"].as_str() {
            Some("full") => {
                let all: Vec<String> = Diagnostic::all(&item["items"])
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                format!("[{}]", all.join(", "))
            }
            other => other.unwrap_or("?").to_owned(),
        };
        let line = |item: &Value| {
            let uri = item["uri"].as_str().unwrap_or("?");
            let version = item["version"].as_i64();
            let version = version.map_or(String::new(), |it| format!(" (version {it})"));
            format!(
                "{}{version}: {}\n",
                uri.strip_prefix(&top).unwrap_or(uri),
                said(item)
            )
        };
        let items = report["items"].as_array().into_iter().flatten();
        let mut lines: Vec<String> = items.map(line).collect();
        lines.sort();
        lines.concat()
    }

    /// Waits until the server has asked for this (`workspace/diagnostic/refresh`) more than `before` times.
    #[track_caller]
    pub(crate) fn wait_until_asked(&mut self, method: &str, before: usize) {
        self.wait(method, |editor| {
            (editor.asked_for(method) > before).then_some(())
        });
    }

    /// How often the server has asked for this so far.
    pub(crate) fn asked_for(&self, method: &str) -> usize {
        self.asked
            .iter()
            .filter(|it| it["method"] == method)
            .count()
    }

    /// The actions offered with the cursor at the start of a line, counted from 0.
    #[track_caller]
    pub(crate) fn code_actions(&mut self, path: &str, line: usize) -> Vec<Action> {
        let at = Position { line, character: 0 };
        self.code_actions_in(path, at, at)
    }

    /// The actions offered for a selection.
    #[track_caller]
    pub(crate) fn code_actions_in(
        &mut self,
        path: &str,
        from: Position,
        to: Position,
    ) -> Vec<Action> {
        let uri = self.uri(path);
        let shown = self.published.get(&uri).map(|it| it.diagnostics.clone());
        let here = |it: &Diagnostic| it.from.line <= to.line && it.to.line >= from.line;
        let near: Vec<Value> = shown
            .unwrap_or_default()
            .into_iter()
            .filter(here)
            .map(|it| it.raw)
            .collect();
        let answer = self.expect(
            "textDocument/codeAction",
            json!({
                "textDocument": { "uri": uri },
                "range": buffer::range(from, to),
                "context": { "diagnostics": near, "triggerKind": 1 },
            }),
        );
        answer
            .as_array()
            .into_iter()
            .flatten()
            .map(action)
            .collect()
    }

    /// The only action whose title begins like this, at the start of a line.
    #[track_caller]
    pub(crate) fn code_action(&mut self, path: &str, line: usize, title: &str) -> Action {
        let mut actions = self.code_actions(path, line);
        let titles: Vec<String> = actions.iter().map(|it| it.title.clone()).collect();
        actions.retain(|it| it.title.starts_with(title));
        assert_eq!(
            actions.len(),
            1,
            "one action begins with {title:?} among {titles:#?}"
        );
        actions.remove(0)
    }

    /// Runs an action: its edit, then its command.
    #[track_caller]
    pub(crate) fn run(&mut self, action: &Action) -> Result<Value, Refused> {
        let mut whole = action.raw.clone();
        let done = |it: &Value| it.get("edit").is_some() || it.get("command").is_some();
        if !done(&whole) {
            whole = self.request("codeAction/resolve", whole)?;
        }
        if whole.get("edit").is_some() {
            self.apply(&whole["edit"]);
        }
        match whole.get("command") {
            None => Ok(Value::Null),
            // A bare command names itself in `command`; an action holds one there.
            Some(Value::String(name)) => {
                self.execute_all(&name.clone(), whole["arguments"].clone())
            }
            Some(command) => {
                let name = command["command"].as_str().unwrap_or("").to_owned();
                self.execute_all(&name, command["arguments"].clone())
            }
        }
    }

    /// Runs a command of the server with its one argument.
    #[track_caller]
    pub(crate) fn execute(&mut self, command: &str, argument: Value) -> Result<Value, Refused> {
        self.execute_all(command, json!([argument]))
    }

    fn execute_all(&mut self, command: &str, arguments: Value) -> Result<Value, Refused> {
        let params = json!({ "command": command, "arguments": arguments });
        self.request("workspace/executeCommand", params)
    }

    /// The hover at a place (line and character from 0), as text.
    #[track_caller]
    pub(crate) fn hover(&mut self, path: &str, line: usize, character: usize) -> Option<String> {
        let uri = self.uri(path);
        let answer = self.expect(
            "textDocument/hover",
            json!({
                "textDocument": { "uri": uri },
                "position": { "line": line, "character": character },
            }),
        );
        let contents = &answer["contents"];
        let text = contents["value"].as_str().or_else(|| contents.as_str());
        text.map(str::to_owned)
    }

    /// The answer to `countersign/regions`.
    #[track_caller]
    pub(crate) fn regions(&mut self, path: &str) -> Value {
        let uri = self.uri(path);
        self.expect(
            "countersign/regions",
            json!({ "textDocument": { "uri": uri } }),
        )
    }

    /// Says that a file has changed on disk, as the editor's watcher does.
    pub(crate) fn watched(&mut self, path: &str, kind: Watched) {
        let kind = match kind {
            Watched::Created => 1,
            Watched::Changed => 2,
            Watched::Deleted => 3,
        };
        let change = json!({ "uri": self.uri(path), "type": kind });
        self.notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": [change] }),
        );
    }

    /// A request that must be fulfilled.
    #[track_caller]
    fn expect(&mut self, method: &str, params: Value) -> Value {
        let answer = self.request(method, params);
        answer.unwrap_or_else(|refused| panic!("{method}: {refused:?}{}", self.said()))
    }
}

/// A workspace folder, as editors name it.
pub(crate) fn folder(path: &std::path::Path) -> Value {
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
    json!({ "uri": format!("file://{}", path.to_string_lossy()), "name": name })
}

/// What a watcher saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watched {
    Created,
    Changed,
    Deleted,
}

fn action(raw: &Value) -> Action {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    Action {
        title: text(&raw["title"]),
        kind: text(&raw["kind"]),
        preferred: raw["isPreferred"] == true,
        raw: raw.clone(),
    }
}

/// What the editor can do. Like real ones it offers push as well where it pulls.
fn capabilities(encodings: &[&str], diagnostics: Diagnostics) -> Value {
    let mut capabilities = json!({
        "general": { "positionEncodings": encodings },
        "window": { "workDoneProgress": true },
        "workspace": {
            "applyEdit": true,
            "configuration": true,
            "workspaceFolders": true,
            "workspaceEdit": { "documentChanges": true },
            "didChangeConfiguration": { "dynamicRegistration": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "executeCommand": {},
        },
        "textDocument": {
            "synchronization": { "didSave": true },
            "publishDiagnostics": {
                "versionSupport": true, "relatedInformation": true, "dataSupport": true,
            },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "codeAction": {
                "isPreferredSupport": true,
                "dataSupport": true,
                "resolveSupport": { "properties": ["edit", "command"] },
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
            },
        },
    });
    if diagnostics == Diagnostics::Pull {
        capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
        capabilities["textDocument"]["diagnostic"] = json!({ "relatedDocumentSupport": false });
    }
    capabilities
}
