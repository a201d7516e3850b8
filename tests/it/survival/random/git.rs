//! What a person does with git.

use super::Tale;

impl Tale {
    pub(super) fn commits(&mut self) {
        self.story.commit("Work");
    }

    pub(super) fn amends(&mut self) {
        if self.has_work() {
            self.story.git(&["add", "--all"]);
            self.story
                .git(&["commit", "--quiet", "--amend", "--no-edit"]);
        }
    }

    /// Whether there is more than the first commit.
    fn has_work(&self) -> bool {
        self.story.git(&["rev-list", "--count", "HEAD"]) != "1"
    }

    pub(super) fn stashes(&mut self) {
        if !self.story.is_clean() {
            self.story.git(&["stash", "--quiet", "--include-untracked"]);
            self.commits_beside();
            self.story.git(&["stash", "pop", "--quiet"]);
        }
    }

    pub(super) fn checks_out_and_back(&mut self) {
        self.story.commit("Work");
        self.story
            .git(&["checkout", "--quiet", "--detach", "HEAD~1"]);
        self.looks();
        self.story.git(&["checkout", "--quiet", "main"]);
    }

    /// A person commits a new file.
    fn commits_beside(&mut self) {
        let name = self.word();
        let line = format!("pub struct {name};");
        self.story
            .repo
            .write(&format!("src/{name}.rs"), format!("{line}\n"));
        self.story.says(&format!("p {line}"));
        self.story.git(&["add", &format!("src/{name}.rs")]);
        self.story
            .git(&["commit", "--quiet", "--message", "Beside"]);
    }

    /// All is committed on `main`, and a branch of its first commit has a commit of its own.
    fn diverges(&mut self) -> String {
        self.story.commit("Work");
        let first = self.story.git(&["rev-list", "--max-parents=0", "HEAD"]);
        let branch = self.word();
        self.story
            .git(&["checkout", "--quiet", "-b", &branch, &first]);
        self.commits_beside();
        branch
    }

    pub(super) fn merges(&mut self) {
        let branch = self.diverges();
        self.story.git(&["checkout", "--quiet", "main"]);
        self.story.git(&["merge", "--quiet", "--no-edit", &branch]);
    }

    pub(super) fn rebases(&mut self) {
        let branch = self.diverges();
        self.story.git(&["checkout", "--quiet", "main"]);
        self.story.git(&["rebase", "--quiet", &branch]);
    }

    /// All work becomes one commit on another branch, which is `main` from then on.
    pub(super) fn squashes(&mut self) {
        let branch = self.diverges();
        self.story.git(&["merge", "--quiet", "--squash", "main"]);
        self.story.commit("Squashed");
        self.story
            .git(&["branch", "--quiet", "--force", "main", "HEAD"]);
        self.story.git(&["checkout", "--quiet", "main"]);
        self.story.git(&["branch", "--quiet", "--delete", &branch]);
    }
}
