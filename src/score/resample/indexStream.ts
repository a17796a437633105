import {randomStream} from "../../random.js";
import {kernel, LANES, sideBySide} from "./kernel.js";

/** The last group of indices may end this far behind the last one asked for. */
const GROUP_BYTES = 16;
/** Small resamples are drawn ahead, about so much at a time, because a call of the kernel takes as long as some draws. */
const AHEAD_BYTES = 4096;
const NONE = new Uint8Array(0);

/** Where each index below n is counted. */
export class IndexSlots {
  /** @param slots For each index the place where it is counted, below `slotCount`. */
  constructor(
    readonly slots: Int32Array,
    readonly slotCount: number,
  ) {}

  counters(): Int32Array {
    return new Int32Array(this.slotCount);
  }
}

/**
 * A stream of resamples: random indices, each equally likely.
 *
 * Four xoshiro128++ side by side, their 512 bits of state drawn from the named stream of `key` (a hash of the key). How
 * indices come from their words is told in kernel/index.ts. Resamples of up to 128 are drawn sixteen at a time.
 *
 * @see Blackman and Vigna 2021, https://doi.org/10.1145/3460772 (xoshiro128++); Lemire 2019, https://doi.org/10.1145/3230636.
 */
export class IndexStream {
  /** Word i of generator g is at 4 i + g. */
  readonly state = new Int32Array(16);
  /** Indices of resamples drawn ahead, sixteen side by side and then the next sixteen; from `#next` on they are not counted yet. */
  #rows = NONE;
  #n = 0;
  #draws = 0;
  #next = 0;

  constructor(...key: readonly (string | number)[]) {
    const random = randomStream(...key);
    const {state} = this;
    for (let i = 0; i < state.length; ++i) state[i] = random.uint32();
    for (let g = 0; g < 4; ++g) {
      if ((state[g]! | state[4 + g]! | state[8 + g]! | state[12 + g]!) === 0) state[g] = 1; // the one state that leads nowhere
    }
  }

  /**
   * Draws one resample, `draws` indices below n, and adds 1 to the counter of each one's slot. Which indices are drawn
   * does not depend on the slots.
   */
  count(draws: number, {slots}: IndexSlots, counts: Int32Array): void {
    const n = slots.length;
    if (!sideBySide(n, draws)) {
      const indices = this.#drawWords(n, draws);
      for (let i = 0; i < draws; ++i) ++counts[slots[indices[i]!]!]!;
      return;
    }
    if (this.#next === this.#rows.length || this.#n !== n || this.#draws !== draws) this.#drawAhead(n, draws);
    const rows = this.#rows;
    const next = this.#next;
    const last = next + (draws - 1) * LANES;
    for (let at = next; at <= last; at += LANES) ++counts[slots[rows[at]!]!]!;
    this.#next = next % LANES === LANES - 1 ? last + 1 : next + 1;
  }

  #drawAhead(n: number, draws: number): void {
    const sixteen = draws * LANES;
    const bytes = sixteen * Math.max(1, Math.floor(AHEAD_BYTES / sixteen));
    this.#rows = new Uint8Array(this.#draw(n, 1, bytes), kernel(0).HEAP.value, bytes).slice(); // the kernel's memory does not last
    this.#n = n;
    this.#draws = draws;
    this.#next = 0;
  }

  #drawWords(n: number, draws: number): Int32Array {
    return new Int32Array(this.#draw(n, 0, draws * 4), kernel(0).HEAP.value, draws);
  }

  /** Draws indices into the kernel's memory from HEAP on. */
  #draw(n: number, inBytes: 0 | 1, bytes: number): ArrayBuffer {
    const {HEAP, STATE} = kernel(0);
    const end = HEAP.value + bytes;
    const {memory, drawIndices} = kernel(end + GROUP_BYTES);
    const state = new Int32Array(memory.buffer, STATE.value, this.state.length);
    state.set(this.state);
    drawIndices(n, inBytes, HEAP.value, end);
    this.state.set(state);
    return memory.buffer;
  }
}
