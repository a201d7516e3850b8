// Waiting for what comes by itself.

/** Nothing takes that long, but the machine may be busy. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 20;

/** Looks again and again until `holds` says so of what is seen. Gives what was seen in the end, whether it holds or not. */
export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen) || Date.now() > end) {
      return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
