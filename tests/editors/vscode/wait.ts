// Waiting for what comes by itself.

import { utimesSync } from "node:fs";

/** Nothing takes that long, but the machine may be busy. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 20;
const PAUSE_AFTER_TOUCH_MS = 1000;

/** Looks again and again until `holds` says so of what is seen. Gives what was seen in the end, whether it holds or not. */
export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  return looking(look, holds, PAUSE_MS);
}

/**
 * The same for what an editor reads from a file. It begins to watch files some time after it shows the first, and misses
 * what is written before, so the file is touched until the editor looks.
 */
export async function untilRead<T>(file: string, look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const touch = () => {
    utimesSync(file, new Date(), new Date());
    return look();
  };
  return looking(touch, holds, PAUSE_AFTER_TOUCH_MS);
}

async function looking<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean, pauseMs: number): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen) || Date.now() > end) {
      return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
