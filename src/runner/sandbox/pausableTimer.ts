/** Calls back after so many seconds that did not stand still. */
export class PausableTimer {
  #left: number;
  #since: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    seconds: number,
    readonly callback: () => void,
  ) {
    this.#left = 1000 * seconds;
    this.resume();
  }

  pause(): void {
    if (this.#since === null) return;
    this.#left -= performance.now() - this.#since;
    this.stop();
  }

  resume(): void {
    if (this.#since !== null) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.callback, Math.min(Math.max(0, this.#left), 2 ** 31 - 1));
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = this.#since = null;
  }
}
