/** Where the content of the root `<svg …>` begins, after what may come before it; null where this is no SVG. */
export function rootContent(text: string): number | null {
  let at = skipSpace(text, 0);
  for (let end: number; !isTag(text, at, "svg"); at = skipSpace(text, end)) {
    if (text.startsWith("<!--", at)) end = after(text, "-->", at + 4);
    else if (text.startsWith("<?", at)) end = after(text, "?>", at);
    else if (/^<!doctype\s+svg/i.test(text.slice(at, at + 20)))
      end = after(text, text.slice(at, text.indexOf(">", at)).includes("[") ? "]>" : ">", at);
    else return null;
    if (end === 0) return null;
  }
  const end = tagEnd(text, at);
  return end === 0 || text[end - 2] === "/" ? null : end;
}

/** Where what is at `at` ends if it is the element `name`, with the space before it; else `at`. */
export function skipElement(text: string, at: number, name: string): number {
  const start = skipSpace(text, at);
  if (!isTag(text, start, name)) return at;
  return after(text, `</${name}>`, start) || at;
}

/** Whether the tag `<name …>` begins at `at`. */
export const isTag = (text: string, at: number, name: string): boolean =>
  text.startsWith(`<${name}`, at) && /^[\s/>]/.test(text.charAt(at + 1 + name.length));

/** The position after the `>` that ends the tag at `at`, which may have others in quotes; 0 where there is none. */
export function tagEnd(text: string, at: number): number {
  let quote = "";
  for (let i = at; i < text.length; ++i) {
    const character = text[i]!;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return i + 1;
  }
  return 0;
}

/** What XML text says: entities and CDATA sections resolved. By hand, because expressions for it take quadratic time on hostile files. */
export function plainText(xml: string): string {
  let text = "";
  for (let at = 0; ; ) {
    const open = xml.indexOf("<![CDATA[", at);
    const close = open < 0 ? -1 : xml.indexOf("]]>", open);
    if (close < 0) return text + resolved(xml.slice(at));
    text += resolved(xml.slice(at, open)) + xml.slice(open + 9, close);
    at = close + 3;
  }
}

/** Where the next `mark` is that stands in no CDATA section; -1 where there is none. */
export function indexOutsideCdata(xml: string, mark: string, from: number): number {
  for (let at = from; ; ) {
    const found = xml.indexOf(mark, at);
    const open = xml.slice(at, found < 0 ? at : found).indexOf("<![CDATA[");
    if (found < 0 || open < 0) return found;
    at = after(xml, "]]>", at + open);
    if (at === 0) return -1;
  }
}

const ENTITIES: Record<string, string> = {lt: "<", gt: ">", amp: "&", quot: '"', apos: "'"};

const resolved = (xml: string): string =>
  xml.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** The position after the next `mark`; 0 where there is none. */
function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? 0 : at + mark.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/[\s\ufeff]/.test(text.charAt(at))) ++at;
  return at;
}
