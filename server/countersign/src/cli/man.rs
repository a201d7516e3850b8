//! `countersign man`: the manual, made from the definitions of the commands.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _, Parser, ValueHint};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::{BUILD, Countersign, VERSION, out};
use crate::workspace::Fault;

/// Print a page of the manual, or write them all into a folder
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign man check | man -l -
  countersign man --dir ~/.local/share/man/man1")]
pub(super) struct Args {
    /// The command; without one, the page of countersign itself
    command: Option<String>,
    /// Write every page into this folder: countersign.1, countersign-status.1 and so on
    #[arg(long, value_hint = ValueHint::DirPath, conflicts_with = "command")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let mut root = Countersign::command().disable_help_subcommand(true);
    root.build();
    if let Some(dir) = &args.dir {
        let pages = std::iter::once(&root).chain(root.get_subcommands());
        let written = pages
            .map(|command| write(dir, command))
            .collect::<Result<Vec<_>, Fault>>()?;
        let pages = out::count(written.len() as u32, "page");
        out::line(&format!("Wrote {pages} into {}.", dir.display()));
        return Ok(0);
    }
    let command = match &args.command {
        Some(name) => root.find_subcommand(name).ok_or_else(|| {
            Fault::Usage(format!(
                "there is no command `{name}`; see countersign --help"
            ))
        })?,
        None => &root,
    };
    let page = page(command).map_err(|source| unwritable(Path::new("the page"), source))?;
    out::line(String::from_utf8_lossy(&page).trim_end());
    Ok(0)
}

fn write(dir: &Path, command: &Command) -> Result<(), Fault> {
    let file = dir.join(Man::new(command.clone()).get_filename());
    let written = fs::create_dir_all(dir)
        .and_then(|()| page(command))
        .and_then(|page| fs::write(&file, page));
    written.map_err(|source| unwritable(&file, source))
}

fn unwritable(file: &Path, source: io::Error) -> Fault {
    Fault::Usage(format!("{} cannot be written: {source}", file.display()))
}

/// A page in the language of man(7).
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone())
        .date(day())
        .source(format!("countersign {VERSION}"))
        .manual("Countersign");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let after = command.get_after_help().map(ToString::to_string);
    examples(after.as_deref().unwrap_or_default()).to_writer(&mut page)?;
    Ok(page)
}

/// The day of the commit that this program is built from, such as "2026-11-22"; blank where it is not known.
fn day() -> &'static str {
    let commit = BUILD.rsplit_once(' ').map_or("", |(_, day)| day);
    commit.strip_suffix(')').unwrap_or(" ")
}

/// What stands below a help text: indented lines are to be read as they are.
fn examples(after: &str) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", ["EXAMPLES"]);
    for line in after.lines() {
        match line.strip_prefix("  ") {
            Some(call) => verbatim(&mut roff, call),
            None if matches!(line, "Example:" | "Examples:") => {}
            None => paragraph(&mut roff, line),
        }
    }
    roff
}

/// Words that flow, or the end of a paragraph.
fn paragraph(roff: &mut Roff, line: &str) {
    if line.is_empty() {
        roff.control("PP", []);
    } else {
        roff.text([roman(line)]);
    }
}

/// A line that stays as it is, further in.
fn verbatim(roff: &mut Roff, line: &str) {
    roff.control("RS", ["4"]);
    roff.control("nf", []);
    roff.text([roman(line)]);
    roff.control("fi", []);
    roff.control("RE", []);
}
