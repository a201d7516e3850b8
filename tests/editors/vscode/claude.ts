// Plays Claude Code: its recorded payloads, with other paths and texts, go through the real hook before and after the
// change on disk.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The part of a payload that a story changes; the rest is as it was recorded. */
interface Payload {
  tool_use_id: string;
  tool_input: Record<string, unknown>;
  tool_response?: Record<string, unknown>;
}

const RECORDED = join(import.meta.dirname, "../payloads/claude-code");
let calls = 0;

/** A recorded payload of the event, which is named as "PreToolUse-Edit". */
function recorded(event: string, project: string): Payload {
  const text = readFileSync(join(RECORDED, `${event}.json`), "utf8");
  const here = text.replaceAll("{{project}}", project).replaceAll("{{home}}", process.env.HOME ?? "");
  return JSON.parse(here) as Payload;
}

/**
 * Calls the hook as Claude Code does: in the project, under its variables, the payload on stdin. It must never fail,
 * nor print anything, because the assistant would read it.
 */
function hook(project: string, payload: Payload): void {
  const result = spawnSync("countersign", ["hook", "claude-code"], {
    cwd: project,
    env: { ...process.env, CLAUDECODE: "1", CLAUDE_PROJECT_DIR: project },
    input: JSON.stringify(payload),
    encoding: "utf8",
  });
  if (result.status !== 0 || result.stdout + result.stderr !== "") {
    throw new Error(`the hook ended with ${String(result.status)} and printed: ${result.stdout}${result.stderr}`);
  }
}

/**
 * The assistant replaces `old`, which stands once in the file, by `text`. The function that is returned tells the end of
 * it, which the assistant does after the change on disk.
 */
export function beginEdit(project: string, path: string, old: string, text: string): () => void {
  const before = readFileSync(path, "utf8");
  const [head, tail, ...more] = before.split(old);
  if (head === undefined || tail === undefined || more.length > 0) {
    throw new Error("the text to replace does not stand once in the file");
  }
  calls += 1;
  const pre = recorded("PreToolUse-Edit", project);
  const post = recorded("PostToolUse-Edit", project);
  const change = { old_string: old, new_string: text };
  pre.tool_use_id = post.tool_use_id = `toolu_story${String(calls).padStart(4, "0")}`;
  pre.tool_input = post.tool_input = {
    ...pre.tool_input,
    ...change,
    file_path: path,
  };
  // The patch stays as it was recorded: the hook compares the texts by itself.
  const told = {
    filePath: path,
    oldString: old,
    newString: text,
    originalFile: before,
  };
  post.tool_response = { ...post.tool_response, ...told };
  hook(project, pre);
  write(path, head + text + tail);
  return () => {
    hook(project, post);
  };
}

export function edit(project: string, path: string, old: string, text: string): void {
  beginEdit(project, path, old, text)();
}

/** A person writes the file: nobody is told. */
export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
