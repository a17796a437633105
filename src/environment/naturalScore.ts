import type {Environment} from "./environment.js";

type Transform = Environment["rawScore"]["transform"];

/**
 * The natural value (ms, seconds, loss, fraction) behind a raw score: the inverse of the environment's transform.
 *
 * @example naturalFromRaw("ln-minus-1.5", 0) // => 2.5
 */
export function naturalFromRaw(transform: Transform, raw: number): number {
  if (transform === "ln") return Math.exp(raw);
  if (transform === "ln-minus-1.5") return Math.exp(raw) + 1.5;
  return raw;
}

/**
 * The raw score of a natural value; null where the transform is undefined there (a time of 0 ms, a loss of 1.5 or less).
 *
 * @example rawFromNatural("ln", 1) // => 0
 */
export function rawFromNatural(transform: Transform, natural: number): number | null {
  const raw = transform === "ln" ? Math.log(natural) : transform === "ln-minus-1.5" ? Math.log(natural - 1.5) : natural;
  return Number.isFinite(raw) ? raw : null;
}
