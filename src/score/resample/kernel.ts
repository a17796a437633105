import {readFileSync} from "node:fs";
import {join} from "node:path";
import {packageFolder} from "../../assets.js";

// Node has it; TypeScript knows its types in browsers only.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => {exports: unknown};
};

/** What kernel/index.ts exports, and is described there; addresses are in bytes. */
export type Kernel = {
  memory: {buffer: ArrayBuffer; grow(pages: number): void};
  STATE: Address;
  HEAP: Address;
  drawIndices(n: number, inBytes: 0 | 1, to: number, end: number): void;
  scoreRows(...resamples: Resamples): void;
  scoreWords(...resamples: [...Resamples, counters: number, indices: number]): void;
  addScaled(sums: number, values: number, count: number, share: number): void;
};
type Address = {readonly value: number};
type Resamples = [
  ...sizes: [n: number, draws: number, replicates: number],
  ...scores: [slots: number, gapCount: number, gaps: number, lowest: number],
  ...evaluation: [ks: number, gains: number, results: number, pitch: number],
];

/** Resamples drawn side by side, and the most attempts for that (kernel/index.ts). */
export const LANES = 16;
export const sideBySide = (n: number, draws: number): boolean => Math.max(n, draws) <= 128;

const PAGE_BYTES = 65_536;
let loaded: Kernel | null = null;

/** The kernel, with memory up to address `end` at least; one for each thread. What is in its memory lasts until its next use. */
export function kernel(end: number): Kernel {
  loaded ??= load();
  const missing = end - loaded.memory.buffer.byteLength;
  if (missing > 0) loaded.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return loaded;
}

function load(): Kernel {
  const file = join(packageFolder, "dist", "score", "resample", "kernel.wasm");
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {}).exports as Kernel;
}
