//! Settings as people write them, in JSON or TOML. What makes no sense is told, and the rest holds.

use serde_json::Value;
use tracing::level_filters::LevelFilter;

use super::{Globs, Layer, Severity};

/// Where settings stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// In `countersign.toml`, for all who work in the repository.
    House,
    /// In an editor, for one person.
    Editor,
}

impl Source {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Source::House => &["enable", "ignore", "severity"],
            Source::Editor => &["enable", "ignore", "severity", "regions", "log"],
        }
    }
}

/// What an editor's own side of Countersign is set by, and stands beside ours.
const FOR_CLIENTS: &[&str] = &["server", "trace"];

/// Settings, and what was wrong with them: a sentence each.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) layer: Layer,
    pub(crate) complaints: Vec<String>,
}

/// Reads a settings object. In an editor it may stand under `countersign`, and `null` stands for nothing.
pub(crate) fn read(settings: &Value, source: Source) -> Read {
    let mut read = Read::default();
    let inner = settings
        .get("countersign")
        .filter(|_| source == Source::Editor);
    match inner.unwrap_or(settings) {
        Value::Object(fields) => {
            for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                read.take(key, value, source);
            }
        }
        Value::Null => {}
        other => read.complain(format!("settings are an object, not {other}")),
    }
    read
}

impl Read {
    fn complain(&mut self, sentence: String) {
        self.complaints.push(sentence);
    }

    fn take(&mut self, key: &str, value: &Value, source: Source) {
        match key {
            _ if !source.keys().contains(&key) => self.unknown(key, source.keys(), source),
            "enable" => self.layer.enable = self.flag(key, value),
            "regions" => self.layer.regions = self.flag(key, value),
            "ignore" => self.layer.ignore = self.globs(value),
            "severity" => self.severities(value),
            _ => self.log(value),
        }
    }

    fn unknown(&mut self, key: &str, known: &[&str], source: Source) {
        if source == Source::House || !FOR_CLIENTS.contains(&key) {
            let known = known.join("`, `");
            self.complain(format!("`{key}` is not a setting; there are `{known}`"));
        }
    }

    fn flag(&mut self, key: &str, value: &Value) -> Option<bool> {
        if !value.is_boolean() {
            self.complain(format!("`{key}` is true or false, not {value}"));
        }
        value.as_bool()
    }

    fn globs(&mut self, value: &Value) -> Option<Vec<String>> {
        let Some(list) = value.as_array() else {
            self.complain(format!("`ignore` is a list of globs, not {value}"));
            return None;
        };
        let mut globs = Vec::new();
        for glob in list {
            match glob.as_str().map(|glob| (glob, Globs::fault(glob))) {
                Some((glob, None)) => globs.push(glob.to_owned()),
                Some((_, Some(why))) => {
                    self.complain(format!("{glob} in `ignore` is no glob: {why}"))
                }
                None => self.complain(format!("{glob} in `ignore` is no glob")),
            }
        }
        Some(globs)
    }

    /// One word is for what is known; a guess stays what it is.
    fn severities(&mut self, value: &Value) {
        let Some(fields) = value.as_object() else {
            let all = self.severity("severity", value);
            (self.layer.unreviewed, self.layer.removed) = (all, all);
            return;
        };
        for (code, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            let key = format!("severity.{code}");
            match code.as_str() {
                "unreviewed" => self.layer.unreviewed = self.severity(&key, value),
                "removed" => self.layer.removed = self.severity(&key, value),
                "suspected" => self.layer.suspected = self.severity(&key, value),
                _ => self.unknown(
                    &key,
                    &[
                        "severity.unreviewed",
                        "severity.removed",
                        "severity.suspected",
                    ],
                    Source::House,
                ),
            }
        }
    }

    fn severity(&mut self, key: &str, value: &Value) -> Option<Severity> {
        let word = value.as_str().map(str::to_ascii_lowercase);
        let severity = match word.as_deref() {
            Some("error") => Severity::Error,
            Some("warning") => Severity::Warning,
            Some("information" | "info") => Severity::Information,
            Some("hint") => Severity::Hint,
            Some("off") => Severity::Off,
            _ => {
                let words = "error, warning, information, hint or off";
                self.complain(format!("`{key}` is {words}, not {value}"));
                return None;
            }
        };
        Some(severity)
    }

    fn log(&mut self, value: &Value) {
        let Some(fields) = value.as_object() else {
            return self.complain(format!("`log` holds a `level`, and is not {value}"));
        };
        for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            if key != "level" {
                self.unknown(&format!("log.{key}"), &["log.level"], Source::House);
                continue;
            }
            let level = value.as_str().and_then(level);
            if level.is_none() {
                let words = "off, error, warn, info, debug or trace";
                self.complain(format!("`log.level` is {words}, not {value}"));
            }
            self.layer.log_level = level;
        }
    }
}

/// A level of the log by its name.
pub(crate) fn level(word: &str) -> Option<LevelFilter> {
    let is_word = word.starts_with(|first: char| first.is_ascii_alphabetic());
    word.parse().ok().filter(|_| is_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check_complaints(settings: Value, source: Source, complaints: &[&str]) -> Layer {
        let read = read(&settings, source);
        assert_eq!(read.complaints, complaints, "{settings}");
        read.layer
    }

    #[test]
    fn what_makes_no_sense_is_told_and_the_rest_holds() {
        let layer = check_complaints(
            json!({
                "enable": "yes",
                "ignore": ["vendor/", 7],
                "severity": { "removed": "loud", "suspected": "Error", "lost": "hint" },
                "log": { "level": 3 },
                "enabel": true,
                "regions": true,
            }),
            Source::Editor,
            &[
                "`enabel` is not a setting; there are `enable`, `ignore`, `severity`, `regions`, `log`",
                "`enable` is true or false, not \"yes\"",
                "7 in `ignore` is no glob",
                "`log.level` is off, error, warn, info, debug or trace, not 3",
                "`severity.lost` is not a setting; there are `severity.unreviewed`, `severity.removed`, `severity.suspected`",
                "`severity.removed` is error, warning, information, hint or off, not \"loud\"",
            ],
        );
        let expected = Layer {
            regions: Some(true),
            ignore: Some(vec!["vendor/".to_owned()]),
            suspected: Some(Severity::Error),
            ..Layer::default()
        };
        assert_eq!(layer, expected);
    }

    #[test]
    fn nothing_says_nothing() {
        for nothing in [
            json!(null),
            json!({}),
            json!({ "countersign": null }),
            json!({ "enable": null }),
        ] {
            let layer = check_complaints(nothing, Source::Editor, &[]);
            assert_eq!(layer, Layer::default());
        }
        check_complaints(
            json!([1]),
            Source::Editor,
            &["settings are an object, not [1]"],
        );
    }

    #[test]
    fn what_is_for_an_editor_is_no_setting_of_a_repository() {
        check_complaints(
            json!({ "server": { "path": "x" }, "trace": 1 }),
            Source::Editor,
            &[],
        );
        check_complaints(
            json!({ "regions": true }),
            Source::House,
            &["`regions` is not a setting; there are `enable`, `ignore`, `severity`"],
        );
    }

    #[test]
    fn one_severity_is_for_what_is_known_and_a_guess_stays_what_it_is() {
        let layer = check_complaints(
            json!({ "countersign": { "severity": "Warning" } }),
            Source::Editor,
            &[],
        );
        let warning = Some(Severity::Warning);
        assert_eq!(
            (layer.unreviewed, layer.removed, layer.suspected),
            (warning, warning, None)
        );
    }
}
