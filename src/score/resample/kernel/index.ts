// The inner loop of the bootstrap, in AssemblyScript: TypeScript with the types of WebAssembly, compiled by `npm run build` to
// dist/score/resample/kernel.wasm. In WebAssembly because its vector instructions handle the draws of 8 or 16 resamples at once,
// which JavaScript cannot: four times as fast in all. Every number is the same as in JavaScript, bit for bit (no fused arithmetic).
//
// Resamples are counts of draws from each distinct score, best first ("slot"). Up to n = 128 attempts, 16 resamples are drawn side
// by side, and how many draws lie above each gap between distinct scores comes from comparisons. Beyond that it is one resample
// at a time, in counters.

/** Largest n for 16 resamples side by side: slots are then signed bytes. */
const MOST_IN_BYTES = 128;
const LANES = 16;

// Memory. The caller fills STATE, and passes addresses from HEAP on for the rest.
/** xoshiro128++ four times: v128[4], word i of each the state of generator i. */
export const STATE: usize = memory.data(4 * 16, 16);
/** u8[draws][16]: draws of 16 resamples, as indices and then as slots. */
const ROWS: usize = memory.data(MOST_IN_BYTES * LANES, 16);
/** u32[gaps][16]: draws above each gap in 16 resamples. */
const ABOVE: usize = memory.data(MOST_IN_BYTES * LANES * 4, 16);
/** Where memory for the caller's own tables begins. */
export const HEAP: usize = __heap_base;

/**
 * Draws indices below n at `to` until `end`: bytes (n ≤ 128) in groups of eight, or u32 in groups of four.
 *
 * A group comes from four words, an index from 16 or 32 bits: the high part of bits × n. Where the low part is below 2¹⁶ or
 * 2³² mod n, an index would be favoured; the group is then thrown away, so that every index is equally likely.
 */
export function drawIndices(n: i32, inBytes: bool, to: usize, end: usize): void {
  const size = inBytes ? i16x8.splat(<i16>n) : i32x4.splat(n);
  const least = inBytes ? i16x8.splat(<i16>(65_536 % n)) : i32x4.splat(<i32>(<u64>0x1_0000_0000 % <u64>n));
  const lowByte = i16x8.splat(255);
  let a = v128.load(STATE);
  let b = v128.load(STATE, 16);
  let c = v128.load(STATE, 32);
  let d = v128.load(STATE, 48);
  while (to < end) {
    const sum = i32x4.add(a, d);
    const words = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), a);
    const shifted = i32x4.shl(b, 9);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    b = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, shifted);
    d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
    if (inBytes) {
      if (v128.any_true(i16x8.sub_sat_u(least, i16x8.mul(words, size)))) continue; // least > low somewhere
      // the high part in two steps, because there is no instruction for it; no sum reaches 2¹⁶
      const carry = i16x8.shr_u(i16x8.mul(v128.and(words, lowByte), size), 8);
      const index = i16x8.shr_u(i16x8.add(i16x8.mul(i16x8.shr_u(words, 8), size), carry), 8);
      v128.store64_lane(to, i8x16.narrow_i16x8_u(index, index), 0);
      to += 8;
    } else {
      if (v128.any_true(i32x4.lt_u(i32x4.mul(words, size), least))) continue;
      const first = i64x2.extmul_low_i32x4_u(words, size);
      const second = i64x2.extmul_high_i32x4_u(words, size);
      v128.store(to, i8x16.shuffle(first, second, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
      to += 16;
    }
  }
  v128.store(STATE, a);
  v128.store(STATE, b, 16);
  v128.store(STATE, c, 32);
  v128.store(STATE, d, 48);
}

/**
 * Score@k of `replicates` resamples, `draws` of n attempts each, up to 128, into f64[ks][pitch] at `results`.
 *
 * @param slots Address of u8[128]: the slot of each attempt.
 * @param gaps Address of f64[gapCount]: how far each distinct score lies above the next.
 * @param gains Address of the tables of gains (gains.ts), one behind the other.
 */
export function scoreRows(
  n: i32,
  draws: i32,
  replicates: i32,
  slots: usize,
  gapCount: i32,
  gaps: usize,
  lowest: f64,
  ks: i32,
  gains: usize,
  results: usize,
  pitch: i32,
): void {
  for (let first = 0; first < replicates; first += LANES) {
    if (gapCount > 0) {
      drawIndices(n, true, ROWS, ROWS + <usize>draws * LANES);
      indicesToSlots(n, draws, slots);
      countAbove(draws, gapCount);
    } // else all scores are the same
    const here = min(replicates - first, LANES);
    for (let lane = 0; lane < here; ++lane) {
      evaluate(ABOVE + <usize>lane * 4, LANES * 4, draws, gapCount, gaps, lowest, ks, gains, results, <usize>pitch * 8);
      results += 8;
    }
  }
}

/** The same for any number, with u32[n] at `slots`. `counters`: address of u32[gapCount + 1]; `indices`: of u32[draws + 3]. */
export function scoreWords(
  n: i32,
  draws: i32,
  replicates: i32,
  slots: usize,
  gapCount: i32,
  gaps: usize,
  lowest: f64,
  ks: i32,
  gains: usize,
  results: usize,
  pitch: i32,
  counters: usize,
  indices: usize,
): void {
  for (let replicate = 0; replicate < replicates; ++replicate) {
    drawIndices(n, false, indices, indices + <usize>draws * 4);
    memory.fill(counters, 0, (<usize>gapCount + 1) * 4);
    for (let at = indices, end = indices + <usize>draws * 4; at < end; at += 4) {
      const counter = counters + <usize>load<u32>(slots + <usize>load<u32>(at) * 4) * 4;
      store<u32>(counter, load<u32>(counter) + 1);
    }
    let above: u32 = 0;
    for (let at = counters, end = counters + <usize>gapCount * 4; at < end; at += 4) {
      above += load<u32>(at);
      store<u32>(at, above);
    }
    evaluate(counters, 4, draws, gapCount, gaps, lowest, ks, gains, results, <usize>pitch * 8);
    results += 8;
  }
}

/** Replaces the indices in ROWS by their slots: a table of 16 bytes looks up those of 16 indices, and gives 0 for others. */
function indicesToSlots(n: i32, draws: i32, slots: usize): void {
  const next = i8x16.splat(16);
  for (let at = ROWS, end = ROWS + <usize>draws * LANES; at < end; at += LANES) {
    let index = v128.load(at);
    let slot = i8x16.swizzle(v128.load(slots), index);
    for (let first = 16; first < n; first += 16) {
      index = i8x16.sub(index, next);
      slot = v128.or(slot, i8x16.swizzle(v128.load(slots + first), index));
    }
    v128.store(at, slot);
  }
}

/** ABOVE[gap] = draws in slots up to the gap, for four gaps at a time. */
function countAbove(draws: i32, gapCount: i32): void {
  const end = ROWS + <usize>draws * LANES;
  const one = i8x16.splat(1);
  for (let gap = 0, to = ABOVE; gap < gapCount; gap += 4) {
    const below0 = i8x16.splat(<i8>(gap + 1)); // past the last gap it may overflow, into what nobody reads
    const below1 = i8x16.add(below0, one);
    const below2 = i8x16.add(below1, one);
    const below3 = i8x16.add(below2, one);
    let count0 = i8x16.splat(0);
    let count1 = count0;
    let count2 = count0;
    let count3 = count0;
    for (let at = ROWS; at < end; at += LANES) {
      const slot = v128.load(at);
      count0 = i8x16.sub(count0, i8x16.gt_s(below0, slot)); // true is −1
      count1 = i8x16.sub(count1, i8x16.gt_s(below1, slot));
      count2 = i8x16.sub(count2, i8x16.gt_s(below2, slot));
      count3 = i8x16.sub(count3, i8x16.gt_s(below3, slot));
    }
    to = storeWide(to, count0);
    to = storeWide(to, count1);
    to = storeWide(to, count2);
    to = storeWide(to, count3);
  }
}

/** 16 bytes as u32; returns the address behind them. */
function storeWide(to: usize, bytes: v128): usize {
  const low = i16x8.extend_low_i8x16_u(bytes);
  const high = i16x8.extend_high_i8x16_u(bytes);
  v128.store(to, i32x4.extend_low_i16x8_u(low));
  v128.store(to, i32x4.extend_high_i16x8_u(low), 16);
  v128.store(to, i32x4.extend_low_i16x8_u(high), 32);
  v128.store(to, i32x4.extend_high_i16x8_u(high), 48);
  return to + 64;
}

/** lowest · G(draws) + Σ gap · G(draws above the gap) for each k, in the order of resampledEnvironment.ts: four k at a time, then two, then one. */
function evaluate(
  above: usize,
  stride: usize,
  draws: i32,
  gapCount: i32,
  gaps: usize,
  lowest: f64,
  ks: i32,
  gains: usize,
  results: usize,
  column: usize,
): void {
  const end = above + <usize>gapCount * stride;
  const low = f64x2.splat(lowest);
  for (; ks >= 4; ks -= 4) {
    const top = gains + <usize>draws * 32;
    let sum = f64x2.mul(low, v128.load(top));
    let sum2 = f64x2.mul(low, v128.load(top, 16));
    for (let at = above, g = gaps; at < end; at += stride, g += 8) {
      const row = gains + <usize>load<u32>(at) * 32;
      const gap = v128.load64_splat(g);
      sum = f64x2.add(sum, f64x2.mul(gap, v128.load(row)));
      sum2 = f64x2.add(sum2, f64x2.mul(gap, v128.load(row, 16)));
    }
    results = storeColumns(results, column, sum);
    results = storeColumns(results, column, sum2);
    gains = top + 32;
  }
  if (ks & 2) {
    const top = gains + <usize>draws * 16;
    let sum = f64x2.mul(low, v128.load(top));
    for (let at = above, g = gaps; at < end; at += stride, g += 8) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(g), v128.load(gains + <usize>load<u32>(at) * 16)));
    }
    results = storeColumns(results, column, sum);
    gains = top + 16;
  }
  if (ks & 1) {
    let sum = lowest * load<f64>(gains + <usize>draws * 8);
    for (let at = above, g = gaps; at < end; at += stride, g += 8) sum += load<f64>(g) * load<f64>(gains + <usize>load<u32>(at) * 8);
    store<f64>(results, sum);
  }
}

/** Two values, each in a column of its own; returns the address in the next one. */
function storeColumns(to: usize, column: usize, values: v128): usize {
  v128.store64_lane(to, values, 0);
  v128.store64_lane(to + column, values, 1);
  return to + 2 * column;
}

/** sums += share · values, f64 each; an even number of them. */
export function addScaled(sums: usize, values: usize, count: i32, share: f64): void {
  const by = f64x2.splat(share);
  for (let end = sums + <usize>count * 8; sums < end; sums += 16, values += 16) {
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.mul(by, v128.load(values))));
  }
}
