/**
 * A value as the one JSON text it has: keys sorted by UTF-16 code units, no spaces, numbers as `JSON.stringify` writes them, and
 * only printable ASCII (everything else as `\uXXXX`), so that it survives in any file and its bytes can be hashed.
 *
 * Follows RFC 8785 except for the escapes. As in `JSON.stringify`, keys that are undefined are left out.
 *
 * @example canonicalJson({b: [1, "é"], a: null}) // => '{"a":null,"b":[1,"\\u00e9"]}'
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return ascii(JSON.stringify(value) ?? "null");
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${ascii(JSON.stringify(key))}:${canonicalJson(field)}`).join(",")}}`;
}

const ascii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
