//! The log: lines on stderr or in a file, and what the client is told of it.
//!
//! Warnings and errors go to the client as `window/logMessage`; the rest as `$/logTrace`, as far as its trace asks for
//! it.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tower_lsp::ls_types::notification::{LogMessage, LogTrace};
use tower_lsp::ls_types::{LogMessageParams, LogTraceParams, MessageType};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use super::transport::Outbox;
use crate::workspace::{Fault, settings};

/// The variable that names levels where the command line does not.
const VARIABLE: &str = "COUNTERSIGN_LOG";

/// What the command line says of the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogTo {
    /// The level, over every other source.
    pub(crate) level: Option<LevelFilter>,
    /// A file to write to instead of stderr.
    pub(crate) file: Option<PathBuf>,
}

/// How much the client wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    Off,
    Messages,
    Verbose,
}

impl Trace {
    /// A word that is unknown is taken for the first that shows anything.
    pub(super) fn of(word: &str) -> Self {
        match word {
            "off" => Trace::Off,
            "verbose" => Trace::Verbose,
            _ => Trace::Messages,
        }
    }
}

/// The running log.
pub(crate) struct Log {
    /// `None` where the command line or the variable has the say.
    level: Option<reload::Handle<EnvFilter, Registry>>,
    told: reload::Handle<LevelFilter, Registry>,
    trace: Arc<RwLock<Trace>>,
}

impl Log {
    /// Starts the log; the client is told of nothing yet.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(super) fn start(to: &LogTo, outbox: Outbox) -> Result<Self, Fault> {
        let fixed = to.level.map(|level| EnvFilter::new(level.to_string()));
        let words = std::env::var(VARIABLE).ok();
        let words = words.filter(|words| fixed.is_none() && !words.is_empty());
        let of_variable = words.as_deref().and_then(of_words);
        let is_heeded = words.is_none() || of_variable.is_some();
        let fixed = fixed.or(of_variable);
        let is_fixed = fixed.is_some();
        let filter = fixed.unwrap_or_else(|| EnvFilter::new(LevelFilter::WARN.to_string()));
        let (filter, level) = reload::Layer::new(filter);
        let lines = tracing_subscriber::fmt::layer().with_ansi(false);
        let lines: Box<dyn Layer<Registry> + Send + Sync> = match &to.file {
            Some(file) => lines.with_writer(Arc::new(open(file)?)).boxed(),
            None => lines.with_writer(std::io::stderr).boxed(),
        };
        let (told_filter, told) = reload::Layer::new(LevelFilter::OFF);
        let trace = Arc::new(RwLock::new(Trace::Off));
        let client = ToClient {
            outbox,
            trace: trace.clone(),
        };
        let layers = vec![
            lines.with_filter(filter).boxed(),
            client.with_filter(told_filter).boxed(),
        ];
        // It fails where a log exists already, which then serves as well.
        let _existing = tracing_subscriber::registry().with(layers).try_init();
        if !is_heeded {
            let words = words.unwrap_or_default();
            tracing::warn!(
                "{VARIABLE} is not heeded: `{words}` is neither a level (off, error, warn, info, debug, trace) nor \
                 levels of parts, such as countersign=debug"
            );
        }
        Ok(Log {
            level: (!is_fixed).then_some(level),
            told,
            trace,
        })
    }

    /// The level that the settings name; without one, warnings.
    pub(super) fn set_level(&self, level: Option<LevelFilter>) {
        let level = level.unwrap_or(LevelFilter::WARN);
        if let Some(handle) = &self.level {
            // It fails where the log has ended.
            let _ended = handle.reload(EnvFilter::new(level.to_string()));
        }
    }

    /// From now on the client is told.
    pub(super) fn set_trace(&self, trace: Trace) {
        *self.trace.write().unwrap_or_else(PoisonError::into_inner) = trace;
        let told = match trace {
            Trace::Off => LevelFilter::WARN,
            Trace::Messages => LevelFilter::INFO,
            Trace::Verbose => LevelFilter::DEBUG,
        };
        let _ended = self.told.reload(told);
    }

    /// The client is told of nothing any more.
    pub(super) fn hush(&self) {
        let _ended = self.told.reload(LevelFilter::OFF);
    }
}

/// A level, or levels of parts. A word alone that is no level would be taken for a part, and all else be silent.
fn of_words(words: &str) -> Option<EnvFilter> {
    let is_meant = words.contains('=') || settings::level(words).is_some();
    EnvFilter::try_new(words).ok().filter(|_| is_meant)
}

fn open(file: &Path) -> Result<File, Fault> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    // File names stand in it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map_err(|error| {
        Fault::Usage(format!(
            "the log cannot be written to {}: {error}",
            file.display()
        ))
    })
}

/// Hands our own events to the client.
struct ToClient {
    outbox: Outbox,
    trace: Arc<RwLock<Trace>>,
}

impl<S: Subscriber> Layer<S> for ToClient {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if !event.metadata().target().starts_with("countersign") {
            return;
        }
        let mut words = Words::default();
        event.record(&mut words);
        let kind = match *event.metadata().level() {
            Level::ERROR => MessageType::ERROR,
            Level::WARN => MessageType::WARNING,
            _ => return self.trace(words),
        };
        self.outbox.notify::<LogMessage>(LogMessageParams {
            typ: kind,
            message: words.message + &words.fields,
        });
    }
}

impl ToClient {
    fn trace(&self, words: Words) {
        let trace = *self.trace.read().unwrap_or_else(PoisonError::into_inner);
        let is_verbose = trace == Trace::Verbose && !words.fields.is_empty();
        self.outbox.notify::<LogTrace>(LogTraceParams {
            message: words.message,
            verbose: is_verbose.then(|| words.fields.trim_start().to_owned()),
        });
    }
}

/// The words of an event.
#[derive(Default)]
struct Words {
    message: String,
    /// ` name=value` each.
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // A `String` takes everything.
        let _written = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}
