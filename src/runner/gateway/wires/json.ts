export type JsonObject = Record<string, unknown>;

/** The value where it is an object that is no list; else one without fields, so that what is missing reads as undefined. */
export const objectAt = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textAt = (value: unknown): string => (typeof value === "string" ? value : "");

/** A number of tokens: a whole number that is not negative; null for anything else. */
export const countAt = (value: unknown): number | null =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;

/** An object in JSON text, or null. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}
