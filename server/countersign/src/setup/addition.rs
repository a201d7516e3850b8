//! What `init` would do: entries of ours are put beside what people have written.

use std::path::Path;

use countersign_ledger::{Place, git};

use super::editors::{EDITORS, Editor, Way, found};
use super::files::{self, Change, Readers, missing_folders};
use super::plan::{ByHand, GitHooks, Plan, Step, Wish, malformed};
use super::program::{NAME, Program};
use super::record::{Ours, Record};
use super::{Scope, SetupError, git_hooks, helix, hooks};
use crate::agents::{AGENTS, Agent};

/// Works out what `init` would do.
pub(crate) fn plan(wish: &Wish<'_>) -> Result<Plan, SetupError> {
    wish.check()?;
    if wish.scope != Scope::User && is_bare(wish.place) {
        return Err(SetupError::Bare(wish.place.root.clone()));
    }
    let mut work = Work {
        wish,
        program: Program::running(wish.machine),
        record: Record::of(wish.scope, wish.place, wish.machine)?,
        plan: Plan::default(),
    };
    for agent in AGENTS {
        let folder = wish.machine.folder_of(&agent.settings);
        let found = found(agent.settings.programs, folder.as_deref(), wish.machine);
        let here = agent.settings.shared;
        let found = found.or_else(|| wish.place.root.join(here).exists().then(|| here.to_owned()));
        if work.wants(agent.name, agent.label, found) {
            work.agent(agent)?;
        }
    }
    for editor in EDITORS {
        if work.wants(editor.name, editor.label, editor.found(wish.machine)) {
            work.editor(editor)?;
        }
    }
    if wish.git_hooks == GitHooks::SetUp {
        work.git_hook()?;
    }
    Ok(work.done())
}

/// Where git gives no answer, by where its folder lies.
fn is_bare(place: &Place) -> bool {
    git::is_bare(place).unwrap_or_else(|_| place.is_bare())
}

/// A plan in the making.
struct Work<'a> {
    wish: &'a Wish<'a>,
    program: Program,
    record: Record,
    plan: Plan,
}

impl Work<'_> {
    /// Whether an agent or editor takes part; notes by what it was found.
    fn wants(&mut self, name: &str, label: &str, found: Option<String>) -> bool {
        let named = self.wish.names.iter().any(|wanted| wanted == name);
        let wanted = named || self.wish.names.is_empty() && found.is_some();
        if let Some(by) = found.filter(|_| wanted) {
            self.plan.found.push(format!("{label} ({by})"));
        }
        wanted
    }

    fn agent(&mut self, agent: &Agent) -> Result<(), SetupError> {
        let (wish, settings) = (self.wish, &agent.settings);
        let command = self.program.hook(agent.name);
        let Some(path) = wish.scope.file(settings, wish.place, wish.machine) else {
            self.lacks(agent.label);
            return Ok(());
        };
        let before = files::read(&path)?;
        let text = before.as_deref().unwrap_or("");
        let after = hooks::add(text, agent, &command).map_err(|why| malformed(&path, why))?;
        let callers = hooks::callers(text, agent).map_err(|why| malformed(&path, why))?;
        if text == after {
            self.stands(agent.label, &path);
            return Ok(());
        }
        let what = format!("{} calls `{command}` around each tool use", agent.label);
        let ours = Ours::of(callers.iter().any(|caller| caller.is_ours(agent)));
        self.step(&path, before, after, what, ours)?;
        self.plan
            .remarks
            .push(format!("{}: {}", agent.label, settings.heard));
        let local = settings.local.unwrap_or_default();
        if wish.scope == Scope::Local
            && !git::ignored(wish.place, &[local]).is_ok_and(|it| !it.is_empty())
        {
            self.plan.remarks.push(format!(
                "git does not ignore {local}: take care not to commit it"
            ));
        }
        Ok(())
    }

    fn editor(&mut self, editor: &'static Editor) -> Result<(), SetupError> {
        if editor.way == Way::Languages {
            return self.helix(editor);
        }
        if editor.is_set_up(self.wish.machine) {
            self.plan
                .standing
                .push(format!("{} in your own settings", editor.label));
        } else if let Some((what, lines)) = editor.by_hand(&self.program.word, self.wish.machine) {
            let label = editor.label.to_owned();
            self.plan.by_hand.push(ByHand { label, what, lines });
        }
        Ok(())
    }

    fn helix(&mut self, editor: &Editor) -> Result<(), SetupError> {
        let wish = self.wish;
        let own = editor
            .folder(wish.machine)
            .map(|folder| folder.join(helix::FILE));
        let own = own
            .and_then(|own| std::fs::read_to_string(own).ok())
            .filter(|_| wish.scope != Scope::User);
        if own.as_deref().is_some_and(helix::is_set_up) {
            self.plan
                .standing
                .push(format!("{} in your own settings", editor.label));
            return Ok(());
        }
        let Some(path) = wish.helix(editor) else {
            self.lacks(editor.label);
            return Ok(());
        };
        let before = files::read(&path)?;
        let text = before.as_deref().unwrap_or("");
        let added = helix::add(text, &self.program.word, own.as_deref())
            .map_err(|why| malformed(&path, why))?;
        if !added.left.is_empty() {
            self.plan.remarks.push(format!(
                "Helix: your own languages.toml names the servers of {}: add \"{NAME}\" there, or use --user",
                added.left.join(", ")
            ));
        }
        if added.text == text {
            self.stands(editor.label, &path);
            return Ok(());
        }
        let what = format!(
            "Helix starts `{} lsp` beside a language's own server",
            self.program.word
        );
        let ours = Ours::of(helix::is_set_up(text));
        self.step(&path, before, added.text, what, ours)?;
        if wish.scope == Scope::Repository {
            self.plan
                .remarks
                .push("Helix after 25.07 asks for `:workspace-trust` before it reads a repository's settings".into());
        }
        Ok(())
    }

    fn git_hook(&mut self) -> Result<(), SetupError> {
        let script = git_hooks::script(self.wish.place)?;
        let path = &script.path;
        if script.is_everybodys {
            self.plan.by_hand.push(ByHand {
                label: "git".into(),
                what: format!(
                    "{} serves your other repositories too; to share facts from there:",
                    path.display()
                ),
                lines: git_hooks::lines(&self.program)
                    .lines()
                    .map(str::to_owned)
                    .collect(),
            });
            return Ok(());
        }
        if script.is_idle() {
            let path = path.display();
            self.plan.by_hand.push(ByHand {
                label: "git".into(),
                what: format!(
                    "{path} is not executable, so git does not run it; if all that it does shall be done:"
                ),
                lines: vec![
                    format!("chmod +x {path}"),
                    format!("{} init --git-hooks", self.program.quoted()),
                ],
            });
            return Ok(());
        }
        let before = files::read(path)?;
        let text = before.as_deref().unwrap_or("");
        if git_hooks::is_set_up(text) {
            self.stands("git", path);
            return Ok(());
        }
        let after = git_hooks::add(text, &self.program).map_err(|why| malformed(path, why))?;
        let change = Change {
            folders: missing_folders(path),
            path: path.clone(),
            before,
            after: Some(after),
            readers: Readers::Program,
        };
        files::may_write(path, None)?;
        self.record.keep(&change, Ours::Absent);
        self.plan.steps.push(Step {
            what: "git shares facts with the remote that a branch is pushed to".into(),
            owner: script.owner,
            shown: self.wish.shown(path),
            change,
        });
        Ok(())
    }

    fn step(
        &mut self,
        path: &Path,
        before: Option<String>,
        after: String,
        what: String,
        ours: Ours,
    ) -> Result<(), SetupError> {
        files::may_write(path, self.wish.within())?;
        let change = Change {
            path: path.to_owned(),
            folders: missing_folders(path),
            before,
            after: Some(after),
            readers: Readers::Usual,
        };
        self.record.keep(&change, ours);
        self.plan.steps.push(Step {
            what,
            owner: self.wish.scope.owner(),
            shown: self.wish.shown(path),
            change,
        });
        Ok(())
    }

    fn stands(&mut self, label: &str, path: &Path) {
        self.plan
            .standing
            .push(format!("{label} in {}", self.wish.shown(path)));
    }

    fn lacks(&mut self, label: &str) {
        self.plan.remarks.push(format!(
            "{label} has no settings for one work tree of yours: see --user"
        ));
    }

    fn done(mut self) -> Plan {
        self.plan.record = self.record.change();
        let idle = self.plan.steps.is_empty() && self.plan.by_hand.is_empty();
        self.plan
            .remarks
            .extend(self.program.remark.filter(|_| !idle));
        self.plan
    }
}
