/** A part of a PDF's syntax: a name without its slash, a string as it reads, or anything else as it stands. */
export type PdfToken = {kind: "name" | "string" | "other"; text: string};

/** The text of the object `number` of a PDF with an ordinary table of objects; null where it has none. `pdf` is a char per byte. */
export function pdfObject(pdf: string, number: number): string | null {
  const table = /startxref\s+(\d{1,12})\s+%%EOF\s*$/.exec(pdf.slice(-64))?.[1];
  if (table === undefined || !pdf.startsWith("xref", Number(table))) return null;
  const entries = pdf.slice(Number(table), pdf.indexOf("trailer", Number(table)));
  const sections = entries.matchAll(/(\d{1,10}) (\d{1,10})\s*\n((?:\d{10} \d{5} [nf][\s]{1,2})*)/g);
  for (const [, first, , rows] of sections) {
    const offset = rows!.split(/\s*\n/)[number - Number(first)]?.match(/^(\d{10}) \d{5} n/)?.[1];
    if (offset === undefined) continue;
    const start = new RegExp(`^\\s*${number} \\d{1,5} obj`).exec(pdf.slice(Number(offset), Number(offset) + 40))?.[0];
    return start === undefined ? null : pdf.slice(Number(offset) + start.length);
  }
  return null;
}

/** The tokens at the beginning of a text, up to the end of the object. */
export function* pdfTokens(text: string): Generator<PdfToken> {
  const next = /\s*(?:(?<literal>\()|<(?<hex>[0-9A-Fa-f\s]*)>(?!>)|\/(?<name>[^\s()<>[\]{}/%]*)|(?<other><<|>>|[[\]{}]|[^\s()<>[\]{}/]+))/y;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    const {literal, hex, name, other} = match.groups!;
    if (other === "endobj") return;
    if (literal !== undefined) {
      const end = literalEnd(text, next.lastIndex);
      if (end === null) return;
      yield {kind: "string", text: decoded(unescaped(text.slice(next.lastIndex, end)))};
      next.lastIndex = end + 1;
    } else if (hex !== undefined) yield {kind: "string", text: decoded(bytesOfHex(hex))};
    else if (name !== undefined) yield {kind: "name", text: name};
    else yield {kind: "other", text: other!};
  }
}

/** Where the `)` is that ends a literal string; pairs within need no escape. */
function literalEnd(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; ++at) {
    const character = text[at];
    if (character === "\\") ++at;
    else if (character === "(") ++depth;
    else if (character === ")" && depth-- === 0) return at;
  }
  return null;
}

const ESCAPES: Record<string, string> = {n: "\n", r: "\r", t: "\t", b: "\b", f: "\f"};

/** The bytes a literal string stands for: ISO 32000-1, 7.3.4.2. */
const unescaped = (literal: string): string =>
  literal.replace(/\\(?:([0-7]{1,3})|(\r\n|[\s\S]))/g, (_, octal: string | undefined, character: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return /^[\r\n]/.test(character) ? "" : (ESCAPES[character] ?? character);
  });

function bytesOfHex(hex: string): string {
  const digits = hex.replace(/\s/g, "");
  return (digits.length % 2 === 0 ? digits : `${digits}0`).replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

/** UTF-16 where a mark says so, else a character per byte: the JSON in it is ASCII. */
function decoded(bytes: string): string {
  if (!bytes.startsWith("\u00fe\u00ff")) return bytes;
  return bytes.slice(2).replace(/[\s\S]{2}/g, (pair) => String.fromCharCode((pair.charCodeAt(0) << 8) | pair.charCodeAt(1)));
}
