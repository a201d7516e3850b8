//! Other clones learn what is known by the shared notes.

use super::rows;
use super::story::{DESK, GIFT, ORDER, Story};

rows! {
    cloned_with_notes: "clone with notes",
    cloned_shallow: "shallow clone",
    squashed_on_a_server: "squash on a server, pulled",
    squashed_on_a_server_and_cloned: "squash on a server, cloned shallow",
    confirmed_in_another_clone: "confirmed in another clone",
}

impl Story {
    /// A bare repository beside, which has all branches and what is known of their texts.
    fn publishes(&self) {
        self.git(&["init", "--quiet", "--bare", "../origin"]);
        self.git(&["remote", "add", "origin", "../origin"]);
        self.git(&["push", "--quiet", "--all", "origin"]);
        self.repo.run(&["sync"]).ok();
    }

    /// Goes on in a clone of it.
    fn clones(&mut self, name: &str, options: &[&str]) {
        let origin = self.repo.path("../origin").canonicalize().unwrap();
        let url = format!("file://{}", origin.display());
        let clone = self.repo.beside(name);
        let folder = clone.root().to_string_lossy().into_owned();
        self.git(&[&["clone", "--quiet"], options, &[&url, &folder]].concat());
        self.repo = clone;
    }

    /// A server makes one commit of a branch, on a `main` that has moved, and deletes the branch. It knows nothing of us.
    fn squashes_on_the_server(&mut self) {
        self.diverges();
        self.goes_on();
        self.publishes();
        let server = self.repo.clone_of("../origin", "server");
        server.git(&["checkout", "--quiet", "main"]);
        server.git(&["merge", "--quiet", "--squash", "origin/topic"]);
        server.git(&["commit", "--quiet", "--message", "Squashed"]);
        server.git(&["push", "--quiet", "origin", "main"]);
        server.git(&["push", "--quiet", "origin", "--delete", "topic"]);
    }
}

fn cloned_with_notes(story: &mut Story) {
    story.commit("Work");
    story.publishes();
    story.clones("clone", &[]);
    story.repo.run(&["sync", "--fetch-only"]).ok();
    story.edit(ORDER, "let years =", "let many =");
    let greet = story.cut(GIFT, "fn greet");
    story.paste(DESK, &greet);
}

fn cloned_shallow(story: &mut Story) {
    story.commit("Work");
    story.edit(ORDER, "let value =", "let worth =");
    story.commit("More work");
    story.publishes();
    story.clones("clone", &["--depth", "1"]);
    story.repo.run(&["sync", "--fetch-only"]).ok();
    story.edit(ORDER, "let years =", "let many =");
}

fn squashed_on_a_server(story: &mut Story) {
    story.squashes_on_the_server();
    story.git(&["checkout", "--quiet", "main"]);
    story.git(&["pull", "--quiet", "origin", "main"]);
    story.git(&["branch", "--quiet", "--delete", "--force", "topic"]);
}

fn squashed_on_a_server_and_cloned(story: &mut Story) {
    story.squashes_on_the_server();
    story.clones("clone", &["--depth", "1"]);
    story.repo.run(&["sync", "--fetch-only"]).ok();
}

fn confirmed_in_another_clone(story: &mut Story) {
    story.commit("Work");
    story.publishes();
    let here = story.repo.beside("project");
    story.clones("clone", &[]);
    story.repo.run(&["sync"]).ok();
    let text = story.repo.read(ORDER);
    let line = text
        .lines()
        .position(|line| line.contains("depot.trail.push"));
    let place = format!("{ORDER}:{}", line.unwrap() + 1);
    story.repo.run_in_terminal(&["confirm", &place]).ok();
    story.repo.run(&["sync"]).ok();
    story.repo = here;
    story.repo.run(&["sync"]).ok();
    story.says("c     depot.trail.push(Event::Opened(shelf.id));");
}

/// What nobody has told cannot be known, and is not taken for a person's either.
#[test]
fn a_clone_without_notes_is_not_green() {
    let mut story = Story::begin();
    story.commit("Work");
    story.publishes();
    story.clones("clone", &[]);
    story.repo.run(&["check"]).expect_code(2);
}
