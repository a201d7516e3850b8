/** As many unwanted ends of the server within the time below are mended by a new start. The next one is not. */
const MENDED = 4;
const WITHIN_MS = 3 * 60 * 1000;

/** The unwanted ends of the server, to know when starting it again has become pointless. */
export class Ends {
  #times: number[] = [];

  /** Takes note of an end at `now`, in milliseconds; whether the server may be started again. */
  mayStartAfter(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time < WITHIN_MS);
    this.#times.push(now);
    return this.#times.length <= MENDED;
  }

  forget(): void {
    this.#times = [];
  }
}
