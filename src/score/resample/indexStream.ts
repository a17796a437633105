import {randomStream} from "../../random.js";

/** Bits of a field of a random word: with a table for its 1,024 values, three indices come from one word. */
const FIELD_BITS = 10;
const FIELD = 2 ** FIELD_BITS - 1;
/** Largest n for the table: at most 1 draw in 8 is drawn again. */
const LARGEST_FOR_TABLE = 128;
/** Largest n for half a word each: at most 1 draw in 16 is drawn again. */
const LARGEST_FOR_HALVES = 4096;

/**
 * Where each index below n is counted, made ready for {@link IndexStream.count}. Up to n = 128 a table has the slot for each
 * value of ten random bits; the values left over stand for the slot after the last, and are drawn again.
 */
export class IndexSlots {
  readonly table: Uint8Array | null;

  /** @param slots For each index the place where it is counted, below `slotCount`. */
  constructor(
    readonly slots: Int32Array,
    readonly slotCount: number,
  ) {
    const n = slots.length;
    const share = Math.floor(2 ** FIELD_BITS / n);
    this.table =
      n > LARGEST_FOR_TABLE
        ? null
        : Uint8Array.from({length: 2 ** FIELD_BITS}, (_, value) => (value < share * n ? slots[Math.floor(value / share)]! : slotCount));
  }

  /** Counters for the slots, and one for what is drawn again. */
  counters(): Int32Array {
    return new Int32Array(this.slotCount + 1);
  }
}

/** Words made at a time. */
const BUFFER = 256;

/**
 * A stream of random indices for resampling: the inner loop of every bootstrap, where one call of a general generator for
 * each draw would take most of the time.
 *
 * xoshiro128++ on 32-bit integers, its 128 bits of state drawn from the named stream of `key` (a hash of the key). An
 * index below n comes from 10 bits by table (n ≤ 128), or from 16 or 32 bits by multiplication; values that would favour some
 * indices are drawn again, so that every index is equally likely.
 *
 * @see Blackman and Vigna 2021, https://doi.org/10.1145/3460772 (xoshiro128++); Lemire 2019, https://doi.org/10.1145/3230636.
 */
export class IndexStream {
  readonly #state: Int32Array;
  readonly #words = new Int32Array(BUFFER);
  #next = BUFFER;

  constructor(...key: readonly (string | number)[]) {
    const random = randomStream(...key);
    this.#state = Int32Array.from({length: 4}, () => random.uint32());
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1; // the one state that leads nowhere
  }

  /**
   * Draws `draws` indices below n and adds 1 to the counter of each one's slot. Which indices are drawn does not depend on
   * the slots.
   */
  count(draws: number, {slots, table, slotCount}: IndexSlots, counts: Int32Array): void {
    if (table !== null) this.#countByTable(draws, table, slotCount, counts);
    else if (slots.length <= LARGEST_FOR_HALVES) this.#countByHalves(draws, slots, counts);
    else this.#countByWords(draws, slots, counts);
  }

  /** Three indices a word. */
  #countByTable(draws: number, table: Uint8Array, again: number, counts: Int32Array): void {
    const words = this.#words;
    let next = this.#next;
    let left = draws;
    for (; left > 2; left -= 3) {
      if (next === BUFFER) next = this.#refill();
      const word = words[next++]!;
      ++counts[table[word & FIELD]!]!;
      ++counts[table[(word >>> FIELD_BITS) & FIELD]!]!;
      ++counts[table[(word >>> (2 * FIELD_BITS)) & FIELD]!]!;
    }
    left += counts[again]!;
    counts[again] = 0;
    while (left > 0) {
      if (next === BUFFER) next = this.#refill();
      let word = words[next++]!;
      for (let field = 0; field < 3 && left > 0; ++field, word >>>= FIELD_BITS) {
        const slot = table[word & FIELD]!;
        if (slot === again) continue;
        ++counts[slot]!;
        --left;
      }
    }
    this.#next = next;
  }

  /** Two indices a word. */
  #countByHalves(draws: number, slots: Int32Array, counts: Int32Array): void {
    const n = slots.length;
    const least = 65_536 % n;
    const words = this.#words;
    let next = this.#next;
    for (let left = draws; left > 0; ) {
      if (next === BUFFER) next = this.#refill();
      const word = words[next++]!;
      const first = Math.imul(word & 0xffff, n);
      if ((first & 0xffff) >= least) {
        ++counts[slots[first >>> 16]!]!;
        if (--left === 0) break; // the other half of the last word is not used
      }
      const second = Math.imul(word >>> 16, n);
      if ((second & 0xffff) >= least) {
        ++counts[slots[second >>> 16]!]!;
        --left;
      }
    }
    this.#next = next;
  }

  #countByWords(draws: number, slots: Int32Array, counts: Int32Array): void {
    const n = slots.length;
    const least = 2 ** 32 % n;
    const words = this.#words;
    let next = this.#next;
    for (let left = draws; left > 0; ) {
      if (next === BUFFER) next = this.#refill();
      const product = (words[next++]! >>> 0) * n; // < 2⁵³: exact
      const index = Math.floor(product / 2 ** 32);
      if (product - index * 2 ** 32 < least) continue;
      ++counts[slots[index]!]!;
      --left;
    }
    this.#next = next;
  }

  /** Makes the next words; returns where the first one is. */
  #refill(): number {
    const words = this.#words;
    let [a, b, c, d] = this.#state as unknown as [number, number, number, number];
    for (let i = 0; i < BUFFER; ++i) {
      const sum = (a + d) | 0;
      words[i] = ((sum << 7) | (sum >>> 25)) + a;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    this.#state.set([a, b, c, d]);
    return 0;
  }
}
