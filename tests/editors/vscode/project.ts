// A repository of its own for each scene, in which Claude Code has written two functions under a person's.

import { execFileSync } from "node:child_process";
import { join } from "node:path";

import * as claude from "./claude.ts";

const OF_A_PERSON = `fn total(items: &[u32]) -> u32 {
    items.iter().sum()
}
`;

const PARSE_HEADER = `fn parse_header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    if name.is_empty() {
        return None;
    }
    Some((name.trim(), value.trim()))
}
`;

const CHECKSUM = `fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| sum ^ u32::from(*byte);
    bytes.iter().fold(0, step)
}
`;

export const LAST_LINES = "    bytes.iter().fold(0, step)\n}\n";

export const IS_EMPTY = `
fn is_empty(lines: &[String]) -> bool {
    lines.is_empty()
}
`;

export interface Project {
  root: string;
  /** The file that the assistant has changed. */
  file: string;
}

/** Makes the repository at `root`, which is not there yet. */
export function repository(root: string): Project {
  const file = join(root, "src/parse.rs");
  claude.write(file, OF_A_PERSON);
  const git = (...command: string[]) => execFileSync("git", command, { cwd: root });
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Ada Example");
  git("config", "user.email", "ada@example.org");
  git("add", ".");
  git("commit", "-q", "-m", "Add up the items");
  claude.edit(root, file, OF_A_PERSON, [OF_A_PERSON, PARSE_HEADER, CHECKSUM].join("\n"));
  return { root, file };
}

/** Writes the settings of VS Code for this folder, in place of those before. Gives their file. */
export function setInFolder({ root }: Project, settings: Record<string, unknown>): string {
  const file = join(root, ".vscode/settings.json");
  claude.write(file, JSON.stringify(settings));
  return file;
}

/** What `countersign status --json` says of each file. */
export function status({ root }: Project): string {
  const output = execFileSync("countersign", ["status", "--json"], {
    cwd: root,
    encoding: "utf8",
  });
  const answer = JSON.parse(output) as {
    files: {
      path: string;
      unreviewed_lines: number;
      confirmed_lines: number;
    }[];
  };
  return answer.files
    .map((file) => `${file.path}: ${file.unreviewed_lines} unreviewed, ${file.confirmed_lines} confirmed`)
    .join("; ");
}
