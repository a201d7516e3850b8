//! A notebook as an editor without notebooks shows it: its raw text.

use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};
use crate::support::repo::Repo;

const NOTEBOOK: &str = r##"{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "one",
   "metadata": {},
   "outputs": [],
   "source": [
    "total = 1\n"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"##;

#[test]
fn a_cell_is_marked_confirmed_and_stays_so_when_more_cells_come() {
    let repo = Repo::with(&[("nb.ipynb", NOTEBOOK)]);
    let claude = Claude::new(&repo);
    claude.edit("nb.ipynb", "total = 1", "total = price * count");
    let mut editor = Editor::open_on(&repo);
    editor.open("nb.ipynb");
    let marked = "10: unreviewed (information) lines 1-17: 1 line by Claude Code, unreviewed";
    let shown = editor.diagnostics("nb.ipynb");
    assert_eq!(listed(&shown), marked);
    let action = editor.code_action("nb.ipynb", 9, "Confirm lines 1-17");
    editor.run(&action).unwrap();
    editor.diagnostics_until("nb.ipynb", "none", |all| all.is_empty());
    claude.edit(
        "nb.ipynb",
        "  }\n ],\n",
        "  },\n  {\n   \"cell_type\": \"markdown\",\n   \"id\": \"two\",\n   \"metadata\": {},\n   \"source\": [\"Done.\"]\n  }\n ],\n",
    );
    editor.reload("nb.ipynb");
    let shown = editor.diagnostics_until("nb.ipynb", "the new cell", |all| !all.is_empty());
    assert_eq!(
        listed(&shown),
        "12: unreviewed (information) lines 1-23: 6 lines by Claude Code, unreviewed"
    );
}
