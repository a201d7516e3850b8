//! What commands say on stderr of notes that they cannot read in full.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, filter};

use super::out;

/// Where such warnings come from. Others are for the log of the server and the hook.
const SOURCE: &str = "countersign_ledger::notes";

/// From now on they are told.
pub(super) fn start() {
    let wanted = filter::Targets::new().with_target(SOURCE, LevelFilter::WARN);
    let layer = OnStderr.with_filter(wanted);
    // It fails where a log exists already, which then serves as well.
    let _existing = tracing_subscriber::registry().with(layer).try_init();
}

struct OnStderr;

impl<S: Subscriber> Layer<S> for OnStderr {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        out::error(&format!("warning: {}", message.0));
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
