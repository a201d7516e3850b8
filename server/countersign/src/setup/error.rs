//! Why nothing was set up, in words for people.

use std::path::PathBuf;

/// Why settings were not changed. No file was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    /// There is no repository to set up.
    #[error("{0} is not in a git repository")]
    Outside(PathBuf),
    /// There is a repository, and no work tree.
    #[error("{0} is a bare repository: there is no work tree to set up")]
    Bare(PathBuf),
    /// Git does not say where its hooks are.
    #[error(transparent)]
    Git(#[from] countersign_ledger::git::GitError),
    /// The home folder is not known.
    #[error("it is not known where your home folder is")]
    Homeless,
    /// A link would be replaced by a file.
    #[error("{path} is a symbolic link to {target}")]
    Symlink {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A folder on the way leads out of the repository.
    #[error("{path} leads out of the repository, to {target}")]
    Astray {
        /// As it was named.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A folder or a device stands there.
    #[error("{0} is not a file")]
    NotAFile(PathBuf),
    /// The bytes are no text.
    #[error("{0} is not UTF-8 text")]
    NotText(PathBuf),
    /// The mode forbids it.
    #[error("{0} may not be written: it is read-only")]
    ReadOnly(PathBuf),
    /// It cannot be understood, so nothing can be put in safely.
    #[error("{path} cannot be understood: {why}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
    /// Somebody else wrote it since the plan was made.
    #[error("{0} was changed while you read the plan")]
    ChangedMeanwhile(PathBuf),
    /// Reading or writing.
    #[error("{path} cannot be {verb}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// "read", "written".
        verb: &'static str,
        /// Why not.
        source: std::io::Error,
    },
}

impl SetupError {
    /// What the person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            SetupError::Outside(_) => "`git init` here, name a repository with --repository, or set up your own \
                                       settings with --user"
                .to_owned(),
            SetupError::Bare(_) => "nothing was changed. Run it in a clone or in a work tree (`git worktree add`), or \
                                    set up your own settings with --user"
                .to_owned(),
            SetupError::Git(error) => error.hint(),
            SetupError::Homeless => "set HOME".to_owned(),
            SetupError::Symlink { .. } => "nothing was changed. Put the entries that `countersign init --dry-run` \
                                           shows elsewhere (--local, --user), or replace the link by a file"
                .to_owned(),
            SetupError::Astray { .. } => "nothing was changed. Use --user for settings of your own, or replace the \
                                          linked folder"
                .to_owned(),
            SetupError::NotAFile(_) => "nothing was changed. Move it out of the way and repeat".to_owned(),
            SetupError::NotText(_) => "nothing was changed. Save it as UTF-8 and repeat".to_owned(),
            SetupError::ReadOnly(path) => {
                format!("nothing was changed. If you may: chmod u+w {}", path.display())
            }
            SetupError::Malformed { .. } => "nothing was changed. Change that in the file and repeat".to_owned(),
            SetupError::ChangedMeanwhile(_) => "nothing was changed. Repeat to see the plan as it is now".to_owned(),
            SetupError::Io { .. } => "nothing was changed. Check who owns it, and whether its disk can be written"
                .to_owned(),
        }
    }
}
