import {createHash} from "node:crypto";
import {xoroshiro128plusFromState} from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers: the only source of randomness anywhere in rebench. */
export type Random = {
  /** An integer in [0, 2³²). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** An integer in [0, n), each equally likely; 1 ≤ n ≤ 2²¹. */
  below(n: number): number;
};

/**
 * The stream of `key`. Equal keys give equal streams; streams of different keys are unrelated, consecutive seeds included,
 * because the generator's 128 bits of state are a hash (SHA-256) of the whole key.
 *
 * @param key What the stream is for, such as (seed, agent, time limit, environment, replicate block).
 */
export function randomStream(...key: readonly (string | number)[]): Random {
  const digest = createHash("sha256").update(JSON.stringify(key)).digest();
  const generator = xoroshiro128plusFromState([
    digest.readInt32LE(0),
    digest.readInt32LE(4),
    digest.readInt32LE(8),
    digest.readInt32LE(12),
  ]);
  const uint32 = () => generator.next() >>> 0;
  return {
    uint32,
    uniform: () => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 2 ** 53,
    below(n) {
      // Multiply and keep the high part; the few low parts that would favour small results are drawn again (Lemire 2019).
      for (;;) {
        const product = uint32() * n; // < 2⁵³: exact
        const high = Math.floor(product / 2 ** 32);
        const low = product - high * 2 ** 32;
        if (low >= n || low >= 2 ** 32 % n) return high;
      }
    },
  };
}
