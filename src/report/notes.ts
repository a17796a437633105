import {printable} from "../errors.js";

/** Why values are missing, each reason once, numbered in order of appearance. */
export class Notes {
  readonly #numbers = new Map<string, number>();

  /** Null for no reason. */
  numberOf(reason: string | null): number | null {
    if (reason === null) return null;
    const text = printable(reason);
    const number = this.#numbers.get(text) ?? this.#numbers.size + 1;
    this.#numbers.set(text, number);
    return number;
  }

  all(): string[] {
    return [...this.#numbers.keys()];
  }
}
