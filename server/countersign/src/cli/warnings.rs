//! What commands say on stderr of notes that they cannot read in full.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use countersign_ledger::NOTES;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, filter};

use super::out;

/// From now on they are told.
pub(super) fn start() {
    // Others are for the log of the server and the hook.
    let wanted = filter::Targets::new().with_target(NOTES, LevelFilter::WARN);
    let layer = OnStderr::default().with_filter(wanted);
    // It fails where a log exists already, which then serves as well.
    let _existing = tracing_subscriber::registry().with(layer).try_init();
}

/// Tells each once.
#[derive(Default)]
struct OnStderr {
    told: Mutex<HashSet<String>>,
}

impl<S: Subscriber> Layer<S> for OnStderr {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(message.0.clone()) {
            out::warn(&[message.0]);
        }
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // A `String` takes everything.
            let _written = write!(self.0, "{value:?}");
        }
    }
}
