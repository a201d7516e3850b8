//! The settings of all sources, and what they come to.
//!
//! From the bottom: the repository's `countersign.toml`, `initializationOptions`, what the client pushes, what it
//! answers for the window and for the file's workspace folder. What makes no sense is kept until it is told.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_ledger::Place;
use serde_json::Value;
use tracing::level_filters::LevelFilter;

use super::options::Options;
use crate::workspace::file::stat_of;
use crate::workspace::settings::house::{self, House};
use crate::workspace::settings::{Layer, Settings, Source, read};

/// All settings.
#[derive(Default)]
pub(crate) struct Wanted(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    initialization: Layer,
    pushed: Layer,
    /// By workspace folder; `None` for the window.
    pulled: HashMap<Option<PathBuf>, Layer>,
    pulls: u64,
    /// By the root of the work tree.
    houses: HashMap<PathBuf, Known>,
    /// By the root of the work tree and the workspace folder.
    settings: HashMap<(PathBuf, Option<PathBuf>), Arc<Settings>>,
    /// By the URI of the buffer.
    options: HashMap<String, Options>,
    complaints: Vec<String>,
}

/// A repository's own settings as they were last read.
#[derive(Debug, Clone)]
pub(super) struct Known {
    place: Place,
    stat: (i64, u64),
    house: House,
}

impl Known {
    /// Reads them: from the disk, and from the ledger whether they hold.
    pub(super) fn read(place: Place) -> Self {
        Known {
            stat: stat_of(&place, house::FILE),
            house: House::of_work_tree(&place),
            place,
        }
    }
}

impl Wanted {
    /// Takes over `initializationOptions`.
    pub(super) fn initialize(&self, settings: &Value) {
        let mut inner = self.lock();
        inner.initialization = inner.read(settings, "initializationOptions");
        inner.forget_results();
    }

    /// Takes over what the client sent; whether anything is other than before. Settings of other servers are none of
    /// ours.
    pub(super) fn push(&self, settings: &Value) -> bool {
        let Some(fields) = settings.as_object() else {
            return false;
        };
        let is_ours = |key: &str| {
            [
                "countersign",
                "enable",
                "ignore",
                "severity",
                "regions",
                "log",
            ]
            .contains(&key)
        };
        if !fields.is_empty() && !fields.keys().any(|key| is_ours(key)) {
            return false;
        }
        let mut inner = self.lock();
        let pushed = inner.read(settings, "the editor's settings");
        let is_new = pushed != inner.pushed;
        inner.pushed = pushed;
        inner.forget_results();
        is_new
    }

    /// The client is asked; the number of the question.
    pub(super) fn begin_pull(&self) -> u64 {
        let mut inner = self.lock();
        inner.pulls += 1;
        inner.pulls
    }

    /// Takes over answers, by workspace folder; whether anything is other than before. Only the answer to the newest
    /// question counts.
    pub(super) fn pulled(&self, pull: u64, answers: Vec<(Option<PathBuf>, Value)>) -> bool {
        let mut inner = self.lock();
        if pull != inner.pulls {
            return false;
        }
        let mut pulled = HashMap::new();
        for (folder, answer) in answers {
            let layer = inner.read(&answer, "the editor's settings");
            if layer != Layer::default() {
                pulled.insert(folder, layer);
            }
        }
        let is_new = pulled != inner.pulled;
        inner.pulled = pulled;
        inner.forget_results();
        is_new
    }

    /// What holds in a work tree, for files of a workspace folder.
    pub(super) fn settings(&self, place: &Place, folder: Option<&Path>) -> Arc<Settings> {
        let mut inner = self.lock();
        let key = (place.root.clone(), folder.map(Path::to_owned));
        if let Some(settings) = inner.settings.get(&key) {
            return settings.clone();
        }
        let house = inner.house(place);
        let window = inner.window();
        let layer = match folder.and_then(|it| inner.pulled.get(&Some(it.to_owned()))) {
            Some(layer) => layer.over(window),
            None => window,
        };
        let settings = Arc::new(Settings::from(layer.over(house)));
        inner.settings.insert(key, settings.clone());
        settings
    }

    /// How a buffer is shown, if that was found since the last change.
    pub(super) fn options(&self, uri: &str) -> Option<Options> {
        self.lock().options.get(uri).copied()
    }

    /// Keeps how a buffer is shown.
    pub(super) fn keep_options(&self, uri: &str, options: Options) {
        self.lock().options.insert(uri.to_owned(), options);
    }

    /// A buffer is gone, or may be of another repository now.
    pub(super) fn forget(&self, uri: &str) {
        self.lock().options.remove(uri);
    }

    /// Whether the client wants to be told of regions.
    pub(super) fn regions(&self) -> bool {
        self.lock().window().regions.unwrap_or(false)
    }

    /// The level of the log, if the window's settings name one.
    pub(super) fn log_level(&self) -> Option<LevelFilter> {
        self.lock().window().log_level
    }

    /// Whether a `countersign.toml` is another file than when it was read.
    pub(super) fn is_outdated(&self) -> bool {
        let inner = self.lock();
        let mut houses = inner.houses.values();
        houses.any(|known| stat_of(&known.place, house::FILE) != known.stat)
    }

    /// The repositories whose own settings were read.
    pub(super) fn house_places(&self) -> Vec<Place> {
        let inner = self.lock();
        inner.houses.values().map(|it| it.place.clone()).collect()
    }

    /// Takes over what was read anew; whether anything is other than before.
    pub(super) fn renew(&self, houses: Vec<Known>) -> bool {
        let mut inner = self.lock();
        let mut is_new = false;
        for known in houses {
            let root = known.place.root.clone();
            let old = inner.houses.get(&root).map(|old| &old.house);
            if old.cloned().unwrap_or_default() != known.house {
                is_new = true;
                inner.complaints.extend(complaints(&known));
            }
            inner.houses.insert(root, known);
        }
        if is_new {
            inner.forget_results();
        }
        is_new
    }

    /// What made no sense since the last call.
    pub(super) fn take_complaints(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().complaints)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn read(&mut self, settings: &Value, from: &str) -> Layer {
        let read = read(settings, Source::Editor);
        let told = |sentence| format!("{from}: {sentence}");
        self.complaints
            .extend(read.complaints.into_iter().map(told));
        read.layer
    }

    /// All sources of the editor but those of a folder.
    fn window(&self) -> Layer {
        let window = self.pulled.get(&None).cloned().unwrap_or_default();
        window.over(self.pushed.over(self.initialization.clone()))
    }

    fn house(&mut self, place: &Place) -> Layer {
        if let Some(known) = self.houses.get(&place.root) {
            return known.house.layer.clone();
        }
        let known = Known::read(place.clone());
        self.complaints.extend(complaints(&known));
        let layer = known.house.layer.clone();
        self.houses.insert(place.root.clone(), known);
        layer
    }

    fn forget_results(&mut self) {
        self.settings.clear();
        self.options.clear();
    }
}

fn complaints(known: &Known) -> Vec<String> {
    let root = known.place.root.display();
    let told = |sentence: &String| format!("{sentence} (in {root})");
    known.house.complaints.iter().map(told).collect()
}
