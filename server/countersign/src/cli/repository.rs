//! `--repository PATH`.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PathBufValueParser, TypedValueParser as _};
use countersign_ledger::{Place, locate};

/// The repository that is meant.
#[derive(Debug, Args)]
pub(super) struct Repository {
    /// A file or folder of the repository
    #[arg(long = "repository", value_name = "REPOSITORY", default_value = ".",
          value_parser = PathBufValueParser::new().try_map(existing))]
    named: PathBuf,
}

/// Of a path that is not there a folder above it would be looked at, and a gate be green for another repository.
fn existing(path: PathBuf) -> Result<PathBuf, &'static str> {
    match path.symlink_metadata() {
        Ok(_) => Ok(path),
        Err(_) => Err("there is no such file or folder"),
    }
}

impl Repository {
    /// As it was named.
    pub(super) fn named(&self) -> &Path {
        &self.named
    }

    /// Where it is.
    pub(super) fn place(&self) -> Place {
        locate(&self.named)
    }
}
