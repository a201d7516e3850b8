//! What `init --remove` would do: what stood before comes back, or only ours goes where others have written since.

use std::path::{Path, PathBuf};

use super::editors::{EDITORS, Way};
use super::files::{self, Change, Readers};
use super::hooks::{Malformed, TakenOut};
use super::plan::{Plan, Step, Wish, malformed};
use super::program::NAME;
use super::record::{Kept, Record};
use super::{Scope, SetupError, git_hooks, helix, hooks};
use crate::agents::AGENTS;

/// Works out what `init --remove` would do. The repository's scope stands for that of the work tree, too.
pub(crate) fn plan(wish: &Wish<'_>) -> Result<Plan, SetupError> {
    wish.check()?;
    let mut work = Work {
        wish,
        record: Record::of(wish.scope, wish.place, wish.machine)?,
        plan: Plan::default(),
    };
    let wanted = |name: &str| wish.names.is_empty() || wish.names.iter().any(|it| it == name);
    let scopes: &[Scope] = match wish.scope {
        Scope::Repository => &[Scope::Repository, Scope::Local],
        Scope::Local => &[Scope::Local],
        Scope::User => &[Scope::User],
    };
    for agent in AGENTS.iter().filter(|agent| wanted(agent.name)) {
        for scope in scopes {
            let file = scope.file(&agent.settings, wish.place, wish.machine);
            work.file(file, *scope, agent.label, |text, stood| {
                hooks::take_out(text, agent, stood)
            })?;
        }
    }
    for editor in EDITORS.iter().filter(|editor| wanted(editor.name)) {
        if editor.way == Way::Languages {
            work.file(
                wish.helix(editor),
                wish.scope,
                editor.label,
                helix::take_out,
            )?;
        } else if editor.is_set_up(wish.machine) {
            let label = editor.label;
            let remark =
                format!("{label}: what you have put into your own settings is yours to take out");
            work.plan.remarks.push(remark);
        }
    }
    if wish.names.is_empty() && wish.scope != Scope::User {
        work.git_hook()?;
    }
    work.plan.record = work.record.change();
    Ok(work.plan)
}

/// A plan in the making.
struct Work<'a> {
    wish: &'a Wish<'a>,
    record: Record,
    plan: Plan,
}

impl Work<'_> {
    fn git_hook(&mut self) -> Result<(), SetupError> {
        let script = git_hooks::script(self.wish.place)?;
        let before = self.plan.steps.len();
        if !script.is_everybodys {
            let scope = self.wish.scope;
            self.at(script.path, None, scope, "git", |text, _| {
                Ok(git_hooks::take_out(text))
            })?;
        }
        self.plan.steps[before..]
            .iter_mut()
            .for_each(|step| step.owner = script.owner);
        Ok(())
    }

    /// What becomes of one file, if there is one of this scope.
    fn file(
        &mut self,
        path: Option<PathBuf>,
        scope: Scope,
        label: &str,
        take_out: impl Fn(&str, Option<&str>) -> Result<TakenOut, Malformed>,
    ) -> Result<(), SetupError> {
        match path {
            Some(path) => self.at(path, self.wish.within(), scope, label, take_out),
            None => Ok(()),
        }
    }

    /// What becomes of one file.
    fn at(
        &mut self,
        path: PathBuf,
        within: Option<&Path>,
        scope: Scope,
        label: &str,
        take_out: impl Fn(&str, Option<&str>) -> Result<TakenOut, Malformed>,
    ) -> Result<(), SetupError> {
        let kept = self.record.get(&path).cloned();
        let Some(text) = readable(&path, kept.as_ref())? else {
            self.record.forget(&path);
            return Ok(());
        };
        let (what, after, folders) = match kept {
            Some(kept) if kept.wrote == text => (put_back(label, &kept), kept.before, kept.folders),
            kept => {
                // Where there was no file, nothing stood.
                let stood = kept
                    .as_ref()
                    .map(|kept| kept.before.as_deref().unwrap_or(""));
                let taken = take_out(&text, stood).map_err(|why| malformed(&path, why))?;
                self.left(label, &path, &taken);
                if taken.text == text {
                    // The text from before is kept as long as something of ours may stand.
                    if taken.left.is_empty() {
                        self.record.forget(&path);
                    }
                    return Ok(());
                }
                let ours = kept.filter(|kept| kept.before.is_none() && taken.is_empty);
                match ours {
                    Some(kept) => (put_back(label, &kept), None, kept.folders),
                    None => (taken_out(label), Some(taken.text), Vec::new()),
                }
            }
        };
        files::may_write(&path, within)?;
        self.record.forget(&path);
        self.plan.steps.push(Step {
            what,
            owner: scope.owner(),
            shown: self.wish.shown(&path),
            change: Change {
                path: path.clone(),
                before: Some(text),
                after,
                folders,
                readers: Readers::Usual,
            },
        });
        Ok(())
    }

    /// Says what names us and is not ours to take out.
    fn left(&mut self, label: &str, path: &Path, taken: &TakenOut) {
        if !taken.left.is_empty() {
            let (name, left) = (self.wish.shown(path), taken.left.join("`, `"));
            self.plan.remarks.push(format!(
                "{label}: `{left}` in {name} stays, as a person wrote it or wrote something beside it: it is theirs to \
                 take out"
            ));
        }
    }
}

/// The text of a file. What we did not write, and does not name us or cannot be read, is not ours to judge.
fn readable(path: &Path, kept: Option<&Kept>) -> Result<Option<String>, SetupError> {
    match files::read(path) {
        Err(_) if kept.is_none() => Ok(None),
        Ok(Some(text)) if kept.is_none() && !text.contains(NAME) => Ok(None),
        text => text,
    }
}

fn put_back(label: &str, kept: &Kept) -> String {
    match kept.before {
        Some(_) => format!("{label}: the text from before init is put back, byte for byte"),
        None => format!("{label}: the file is removed, as there was none before init"),
    }
}

fn taken_out(label: &str) -> String {
    format!(
        "{label}: only our entries are taken out, as the file was changed by others or no text from before is kept"
    )
}
