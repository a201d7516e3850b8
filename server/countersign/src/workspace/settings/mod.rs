//! What people want: layers of settings, one over the other.
//!
//! Every source says something or nothing about each setting: the repository's `countersign.toml`, an editor's
//! options at the start, what it sends and what it answers. The last one that names a setting has it.

mod globs;
pub(crate) mod house;
mod read;

pub(crate) use globs::Globs;
pub(crate) use read::{Source, level, read};
use tracing::level_filters::LevelFilter;

use super::findings::Code;

/// How much a diagnostic asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
    Information,
    Hint,
    /// There is no diagnostic.
    Off,
}

/// What one source says; what it does not name is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layer {
    pub(crate) enable: Option<bool>,
    pub(crate) regions: Option<bool>,
    pub(crate) ignore: Option<Vec<String>>,
    pub(crate) unreviewed: Option<Severity>,
    pub(crate) removed: Option<Severity>,
    pub(crate) suspected: Option<Severity>,
    pub(crate) log_level: Option<LevelFilter>,
}

impl Layer {
    /// This layer over another: what this one does not name is as it is below.
    pub(crate) fn over(&self, below: Layer) -> Layer {
        Layer {
            enable: self.enable.or(below.enable),
            regions: self.regions.or(below.regions),
            ignore: self.ignore.clone().or(below.ignore),
            unreviewed: self.unreviewed.or(below.unreviewed),
            removed: self.removed.or(below.removed),
            suspected: self.suspected.or(below.suspected),
            log_level: self.log_level.or(below.log_level),
        }
    }
}

/// What holds for the files of one repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    layer: Layer,
    ignore: Globs,
}

impl From<Layer> for Settings {
    fn from(layer: Layer) -> Self {
        let ignore = Globs::new(layer.ignore.iter().flatten());
        Settings { layer, ignore }
    }
}

impl Settings {
    /// Whether an editor shows the marks of a file, given relative to the root of its repository.
    pub(crate) fn shows(&self, path: &str) -> bool {
        self.layer.enable.unwrap_or(true) && !self.ignores(path)
    }

    /// Whether `ignore` names a file. It never names the file that it may stand in.
    pub(crate) fn ignores(&self, path: &str) -> bool {
        path != house::FILE && self.ignore.name(path)
    }

    /// How much a finding asks for attention.
    pub(crate) fn severity(&self, code: Code) -> Severity {
        let (set, usual) = match code {
            Code::Unreviewed => (self.layer.unreviewed, Severity::Information),
            Code::Removed => (self.layer.removed, Severity::Information),
            Code::Suspected => (self.layer.suspected, Severity::Hint),
        };
        set.unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(unreviewed: Severity, ignore: &[&str]) -> Layer {
        let ignore = (!ignore.is_empty()).then(|| ignore.iter().map(ToString::to_string).collect());
        Layer {
            unreviewed: Some(unreviewed),
            ignore,
            ..Layer::default()
        }
    }

    #[test]
    fn the_upper_layer_has_what_it_names() {
        let below = layer(Severity::Error, &["vendor/"]);
        let settings = Settings::from(layer(Severity::Hint, &[]).over(below));
        assert_eq!(settings.severity(Code::Unreviewed), Severity::Hint);
        assert!(settings.ignores("vendor/a.js"));
    }

    #[test]
    fn the_settings_never_hide_themselves() {
        let settings = Settings::from(layer(Severity::Hint, &["*"]));
        assert!(!settings.shows("src/a.rs"));
        assert!(settings.shows(house::FILE));
        assert!(!settings.shows("elsewhere/countersign.toml"));
    }
}
