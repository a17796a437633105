import type {NormalizedLog} from "../score/scoreLog.js";

/** Numbers in a block, half a MiB. */
const BLOCK_LENGTH = 65_536;

/**
 * Keeps score logs in 16 bytes an entry, where arrays take several times that: a million attempts have millions of entries,
 * and few of them are ever asked for.
 */
export class PackedLogs {
  #block = new Float64Array(0);
  #used = 0;

  /** The same log, packed; its arrays are made anew whenever they are asked for. */
  add({workingSeconds, scores}: NormalizedLog): NormalizedLog {
    const {length} = scores;
    if (this.#used + 2 * length > this.#block.length) {
      this.#block = new Float64Array(Math.max(BLOCK_LENGTH, 2 * length));
      this.#used = 0;
    }
    const start = this.#used;
    for (let i = 0; i < length; ++i) {
      this.#block[start + i] = workingSeconds[i]!;
      this.#block[start + length + i] = scores[i] ?? Number.NaN; // every score is a finite number
    }
    this.#used += 2 * length;
    return new PackedLog(this.#block, start, length);
  }
}

class PackedLog implements NormalizedLog {
  constructor(
    private readonly block: Float64Array,
    private readonly start: number,
    private readonly length: number,
  ) {}

  get workingSeconds(): number[] {
    return Array.from(this.block.subarray(this.start, this.start + this.length));
  }

  get scores(): (number | null)[] {
    const scores = this.block.subarray(this.start + this.length, this.start + 2 * this.length);
    return Array.from(scores, (score) => (Number.isNaN(score) ? null : score));
  }
}
