// The lines that a story prints, and whether any of them was a failure.

import { isDeepStrictEqual } from "node:util";

/** Whether a check has failed. */
export let hasFailed = false;

function shown(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.join(" | ")}]`;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Checks that `seen` equals `expected`, and prints the line that says so. `what` is what a user would say is the case. */
export function equal(what: string, expected: unknown, seen: unknown): void {
  if (isDeepStrictEqual(expected, seen)) {
    console.log(`ok   vscode: ${what}: ${shown(seen)}`);
  } else {
    hasFailed = true;
    console.log(`FAIL vscode: ${what}: expected ${shown(expected)}, seen ${shown(seen)}`);
  }
}

/** Checks that `text` has `part` in it. */
export function contains(what: string, part: string, text: string): void {
  equal(what, part, text.includes(part) ? part : text);
}

/** Runs one scene. An error in it is a failure of its own and does not keep the next scene from running. */
export async function scene(name: string, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    hasFailed = true;
    console.log(`FAIL vscode: ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
