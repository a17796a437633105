import type {IndexStream} from "./indexStream.js";
import {kernel, sideBySide} from "./kernel.js";
import type {ResampledEnvironment} from "./resampledEnvironment.js";

/** Where a column of results is added, and its share. */
export type Target = {request: number; column: number; share: number};

/** One environment of a block: its stream, used for nothing else, and how many attempts each resample draws. */
export type Drawn = {environment: ResampledEnvironment; stream: IndexStream; draws: number; targets: readonly Target[]};

/** Bytes of the kernel's table of slots where resamples are drawn side by side. */
const SLOT_BYTES = 128;

/**
 * The aggregates of a block of resamples, computed by the kernel: the same numbers, bit for bit, as `count` and `evaluate` give
 * for one resample after the other.
 *
 * @param values For each request as many numbers as there are resamples; NaN where score@k is not defined. Overwritten.
 */
export function scoreInKernel(drawn: readonly Drawn[], values: readonly Float64Array[]): void {
  const count = values[0]!.length;
  const pitch = 2 * Math.ceil(count / 2); // vectors are of two
  const {HEAP} = kernel(0);
  const sums = HEAP.value;
  const behind = sums + 8 * pitch * values.length;
  const {addScaled, memory} = kernel(behind);
  new Float64Array(memory.buffer, sums, pitch * values.length).fill(0);
  for (const each of drawn) {
    const results = scoreResamples(each, count, behind, pitch);
    for (const {request, column, share} of each.targets) {
      addScaled(sums + 8 * pitch * request, results + 8 * pitch * column, pitch, share);
    }
  }
  for (const [request, array] of values.entries()) {
    array.set(new Float64Array(memory.buffer, sums + 8 * pitch * request, count));
  }
}

/** Score@k of an environment's resamples: the address of f64[ks][pitch]. Uses memory from `start` on. */
function scoreResamples({environment, stream, draws}: Drawn, replicates: number, start: number, pitch: number): number {
  const {n, slots, gaps, distinct} = environment.scores;
  const ks = environment.ks.length;
  const tables = environment.tablesFor(draws);
  const inRows = sideBySide(n, draws);
  let next = start;
  const place = (bytes: number) => {
    const address = next;
    next += Math.ceil(bytes / 16) * 16;
    return address;
  };
  const results = place(8 * pitch * ks);
  const slotsAt = place(inRows ? SLOT_BYTES : 4 * n);
  const gapsAt = place(8 * gaps.length);
  const gainsAt = tables.map(({byteLength}) => place(byteLength));
  const counters = place(inRows ? 0 : 4 * distinct.length);
  const indices = place(inRows ? 0 : 4 * draws);
  const {memory, STATE, scoreRows, scoreWords} = kernel(next);
  const {buffer} = memory;
  new Int32Array(buffer, STATE.value, stream.state.length).set(stream.state);
  new (inRows ? Uint8Array : Int32Array)(buffer, slotsAt, n).set(slots);
  new Float64Array(buffer, gapsAt, gaps.length).set(gaps);
  for (const [i, table] of tables.entries()) new Float64Array(buffer, gainsAt[i], table.length).set(table);
  const lowest = distinct[gaps.length]!;
  if (inRows) scoreRows(n, draws, replicates, slotsAt, gaps.length, gapsAt, lowest, ks, gainsAt[0]!, results, pitch);
  else scoreWords(n, draws, replicates, slotsAt, gaps.length, gapsAt, lowest, ks, gainsAt[0]!, results, pitch, counters, indices);
  return results;
}
