// What runs on this machine, as far as a story has to know. Linux only.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { until } from "./wait.ts";

/** The processes that `pid` started, and those that they started. */
export function descendants(pid: number): number[] {
  const parents = new Map(all().map((each) => [each, parentOf(each)]));
  const found = [pid];
  for (const ancestor of found) {
    found.push(...[...parents].filter(([, parent]) => parent === ancestor).map(([child]) => child));
  }
  return found.slice(1);
}

/** The program that a process runs; empty if it has ended or is not ours to see. */
export function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}

/** Waits until a process has ended. Gives the program that it still runs then: none. */
export function ended(pid: number): Promise<string> {
  return until(
    () => programOf(pid),
    (program) => program === "",
  );
}

function all(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function parentOf(pid: number): number | undefined {
  try {
    // The second field is the name, in brackets, and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(fields[1]);
  } catch {
    return undefined;
  }
}
