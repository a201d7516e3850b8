//! What is done with each server, the same with all.

use super::client::Client;
use super::group::{self, Memory};
use super::peer::{Peer, Way};
use super::sample::Sample;
use crate::Effort;
use crate::repo::Repo;
use crate::server::{changing, framed};
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// Changes go on for no longer than this, however many are still wanted.
const LONGEST: Duration = Duration::from_secs(90);

/// Why a server was not measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// It is not on this machine and could not be brought here.
    #[error("not fetched: {0}")]
    NotFetched(String),
    /// It did not start, or no longer listens.
    #[error("its process: {0}")]
    Process(#[from] io::Error),
    /// It ended, or did not answer in time.
    #[error("no answer: {0}")]
    Silent(#[from] RecvTimeoutError),
    /// It answered with an error, or with what is no message.
    #[error("it refused: {0}")]
    Refused(String),
}

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// As the server says.
    pub(crate) version: String,
    /// From the start of the process to the answer to `initialize`.
    pub(crate) starts: Vec<Duration>,
    /// From `didOpen` to the first diagnostics that hold any.
    pub(crate) opens: Vec<Duration>,
    /// From `didChange` to the diagnostics of the changed text.
    pub(crate) changes: Vec<Duration>,
    /// How many diagnostics the text has.
    pub(crate) diagnostics: usize,
    /// With the file open, before the changes.
    pub(crate) open: Option<Memory>,
    /// The most that was resident at any time, in MB. A process that ended on the way counts as far as it was seen.
    pub(crate) peak: Option<f64>,
    /// Whether a change is sent as what it changes, or the whole text each time.
    pub(crate) sends_whole_text: bool,
    /// Whether the server can be asked for diagnostics too.
    pub(crate) can_be_asked: bool,
}

/// Starts the server again and again, then opens the file once and changes it again and again.
pub(crate) fn measure(
    peer: &Peer,
    program: &Path,
    repo: &Repo,
    sample: &Sample,
    effort: Effort,
) -> Result<Figures, Trouble> {
    let mut figures = Figures::default();
    let new = |asks: bool| Session::start(peer, program, repo, sample, asks);
    for _ in 0..effort.runs(20, 2) {
        let mut session = new(peer.way == Way::Pull)?;
        figures.starts.push(session.started);
        figures.opens.push(session.open()?);
        session.client.end()?;
    }
    let asking = new(true)?;
    figures.can_be_asked = asking.initialized["capabilities"]
        .get("diagnosticProvider")
        .is_some_and(|provider| !provider.is_null());
    asking.client.end()?;

    let mut session = new(peer.way == Way::Pull)?;
    session.open()?;
    session.settle()?;
    figures.version = session.version(repo, program);
    figures.sends_whole_text = session.sends_whole_text();
    figures.diagnostics = session.shown.len();
    figures.open = group::memory(session.client.id());
    let begun = Instant::now();
    let wanted = effort.runs(300, 6);
    while figures.changes.len() < wanted && begun.elapsed() < LONGEST {
        figures.changes.push(session.change()?);
    }
    figures.peak = group::memory(session.client.id())
        .into_iter()
        .chain(figures.open)
        .map(|memory| memory.peak)
        .reduce(f64::max);
    session.client.end()?;
    Ok(figures)
}

/// A server with the file in it.
struct Session<'a> {
    client: Client,
    way: Way,
    sample: &'a Sample,
    uri: String,
    started: Duration,
    initialized: Value,
    version: i32,
    /// The line of each diagnostic that is shown now; from 0.
    shown: Vec<u64>,
}

impl<'a> Session<'a> {
    fn start(
        peer: &Peer,
        program: &Path,
        repo: &Repo,
        sample: &'a Sample,
        asks: bool,
    ) -> Result<Self, Trouble> {
        let mut command = repo.command(&program.to_string_lossy());
        command.args(peer.arguments);
        let params = initialize(repo, asks);
        let begun = Instant::now();
        let mut client = Client::start(command)?;
        let id = client.ask("initialize", &params)?;
        let (at, initialized) = client.answer(id)?;
        client.notify("initialized", &json!({}))?;
        Ok(Session {
            client,
            way: peer.way,
            sample,
            uri: repo.uri(sample.path),
            started: at - begun,
            initialized,
            version: 1,
            shown: Vec::new(),
        })
    }

    /// Opens the file; how long its first diagnostics took.
    fn open(&mut self) -> Result<Duration, Trouble> {
        let document = json!({
            "uri": self.uri,
            "languageId": self.sample.language,
            "version": self.version,
            "text": self.sample.after,
        });
        let message = json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": document } });
        let message = framed(&message);
        let begun = Instant::now();
        self.client.send(&message)?;
        let at = self.diagnostics(|lines| !lines.is_empty())?;
        Ok(at - begun)
    }

    /// Waits for what comes late, so that all diagnostics are known.
    fn settle(&mut self) -> Result<(), Trouble> {
        let Session {
            client, uri, shown, ..
        } = self;
        client.settle(|message| {
            if let Some(lines) = pushed(message, uri) {
                *shown = lines;
            }
        })
    }

    /// Types a line in the middle of the file, or takes it away again; how long it took until the last diagnostic
    /// stood one line further. That is seen in what arrives, so it holds for servers that name no version.
    fn change(&mut self) -> Result<Duration, Trouble> {
        self.version += 1;
        let comes = self.version % 2 == 0;
        let last = self.shown.iter().max().copied().unwrap_or_default();
        let expected = if comes { last + 1 } else { last - 1 };
        let change = match (self.sends_whole_text(), comes) {
            (true, true) => json!({ "text": self.longer() }),
            (true, false) => json!({ "text": self.sample.after }),
            (false, _) => self.edit(comes),
        };
        let message = changing(&self.uri, self.version, &[change]);
        let begun = Instant::now();
        self.client.send(&message)?;
        let at = self.diagnostics(|lines| lines.iter().max() == Some(&expected))?;
        Ok(at - begun)
    }

    fn edit(&self, comes: bool) -> Value {
        let line = self.sample.middle();
        let place = |line: usize| json!({ "line": line, "character": 0 });
        match comes {
            true => {
                json!({ "range": { "start": place(line), "end": place(line) }, "text": self.sample.comment })
            }
            false => {
                json!({ "range": { "start": place(line), "end": place(line + 1) }, "text": "" })
            }
        }
    }

    /// The text with the typed line.
    fn longer(&self) -> String {
        let mut lines: Vec<&str> = self.sample.after.split_inclusive('\n').collect();
        lines.insert(self.sample.middle(), self.sample.comment);
        lines.concat()
    }

    /// Waits for diagnostics of which this holds, and says when they were there.
    fn diagnostics(&mut self, is_it: impl Fn(&[u64]) -> bool) -> Result<Instant, Trouble> {
        let (at, lines) = match self.way {
            Way::Push => {
                let uri = self.uri.clone();
                let (at, message) = self
                    .client
                    .wait(|message| pushed(message, &uri).is_some_and(|lines| is_it(&lines)))?;
                (at, pushed(&message, &uri).unwrap_or_default())
            }
            Way::Pull => {
                let params = json!({ "textDocument": { "uri": self.uri } });
                let id = self.client.ask("textDocument/diagnostic", &params)?;
                let (at, result) = self.client.answer(id)?;
                let lines = lines(&result["items"]);
                if !is_it(&lines) {
                    return Err(Trouble::Refused("diagnostics of another text".into()));
                }
                (at, lines)
            }
        };
        self.shown = lines;
        Ok(at)
    }

    /// Whether the server takes changes as whole texts only.
    fn sends_whole_text(&self) -> bool {
        let sync = &self.initialized["capabilities"]["textDocumentSync"];
        let kind = sync.as_u64().or_else(|| sync["change"].as_u64());
        kind != Some(2)
    }

    /// What the server calls itself, else what its program says.
    fn version(&self, repo: &Repo, program: &Path) -> String {
        let told = self.initialized["serverInfo"]["version"]
            .as_str()
            .map(str::to_owned);
        told.or_else(|| said(repo.command(&program.to_string_lossy())))
            .unwrap_or_else(|| "not told".to_owned())
    }
}

/// The number in what a program says when it is asked for its version.
fn said(mut command: Command) -> Option<String> {
    let output = command.arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_number = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    said.split_whitespace().find(is_number).map(str::to_owned)
}

/// The lines of diagnostics that a server sends for this document, if the message is that.
fn pushed(message: &Value, uri: &str) -> Option<Vec<u64>> {
    let is_it =
        message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri;
    is_it.then(|| lines(&message["params"]["diagnostics"]))
}

fn lines(diagnostics: &Value) -> Vec<u64> {
    let each = diagnostics.as_array().into_iter().flatten();
    each.filter_map(|one| one["range"]["start"]["line"].as_u64())
        .collect()
}

fn initialize(repo: &Repo, asks: bool) -> Value {
    let root = format!("file://{}", repo.root().display());
    let mut document = json!({
        "synchronization": {},
        "publishDiagnostics": { "versionSupport": true, "relatedInformation": true },
    });
    let mut workspace = json!({ "configuration": true, "workspaceFolders": true });
    if asks {
        document["diagnostic"] = json!({ "relatedDocumentSupport": false });
        workspace["diagnostics"] = json!({ "refreshSupport": true });
    }
    json!({
        "processId": std::process::id(),
        "rootUri": root,
        "workspaceFolders": [{ "uri": root, "name": "project" }],
        "capabilities": {
            "general": { "positionEncodings": ["utf-8", "utf-16"] },
            "workspace": workspace,
            "textDocument": document,
        },
    })
}
