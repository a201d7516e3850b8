//! A file that no editor has open, looked at for as long as one message is answered.

use tower_lsp::ls_types::Uri;

use super::convert;
use super::shared::Shared;

/// What has no version.
const VERSION: i32 = 0;

/// The file is looked at like an open one as long as this lives. It must not outlive the message.
pub(super) struct Visit<'a> {
    shared: &'a Shared,
    uri: &'a Uri,
}

impl Shared {
    /// Looks at a file that is not open, as it stands on the disk.
    pub(super) fn visit<'a>(&'a self, uri: &'a Uri) -> Option<Visit<'a>> {
        let file = convert::file(uri)?;
        if self.session.place_of(uri.as_str()).is_some() {
            return None;
        }
        let visit = Visit { shared: self, uri };
        let visited = self.session.visit(uri.as_str(), &file, VERSION);
        if let Err(fault) = visited {
            tracing::warn!("{} is not looked at: {fault}", uri.as_str());
        }
        Some(visit)
    }

    /// Likewise one that an assistant deleted: no editor can open it.
    pub(super) fn visit_deleted<'a>(&'a self, uri: &'a Uri) -> Option<Visit<'a>> {
        if convert::file(uri)?.is_file() {
            return None;
        }
        let visit = self.visit(uri)?;
        let shown = self.session.shown(uri.as_str())?;
        (!shown.regions.is_empty()).then_some(visit)
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.shared.session.close(self.uri.as_str());
        self.shared.wanted.forget(self.uri.as_str());
    }
}
