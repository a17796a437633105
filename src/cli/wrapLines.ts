import stringWidth from "string-width";

const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Text over lines of at most `width` columns, each with an indent; its own line breaks stay. Words are broken only where they are longer
 * than half a line, and no line costs more than its length, whatever is in it.
 */
export function wrapLines(text: string, width: number, indent: string): string[] {
  const room = width - indent.length;
  return text.split("\n").flatMap((line) => pieces(line.replaceAll("\t", "    "), room).map((piece) => (indent + piece).trimEnd()));
}

function pieces(line: string, room: number): string[] {
  const found: string[] = [];
  let from = 0;
  do {
    const end = from + pieceLength(line, from, room);
    found.push(line.slice(from, end));
    from = end;
    if (line[from] === " " && line[from - 1] !== " ") ++from; // the blank at which a line is broken
  } while (from < line.length);
  return found;
}

function pieceLength(line: string, from: number, room: number): number {
  const most = fitting(line, from, room);
  if (from + most >= line.length || line[from + most] === " ") return most;
  const blank = line.lastIndexOf(" ", from + most - 1);
  return blank > from + most / 2 ? blank - from : most;
}

/** How many UTF-16 units from there fit into so many columns; one character at least. */
function fitting(line: string, from: number, room: number): number {
  const next = line.slice(from, from + room);
  if (PLAIN.test(next)) return next.length;
  let length = wholeLength(line, from, next.length);
  for (let over = overhang(line, from, length, room); over > 0 && length > 1; over = overhang(line, from, length, room)) {
    const shorter = wholeLength(line, from, length - Math.ceil(over / 2)); // a character takes two columns at most
    if (shorter >= length) break;
    length = shorter;
  }
  return length;
}

const overhang = (line: string, from: number, length: number, room: number) => stringWidth(line.slice(from, from + length)) - room;

/** So many units or fewer, that no character is cut in two; one character at least. */
function wholeLength(line: string, from: number, length: number): number {
  const isSplit = (at: number) => /[\ud800-\udbff]/.test(line.charAt(at - 1)) && /[\udc00-\udfff]/.test(line.charAt(at));
  const least = isSplit(from + 1) ? 2 : Math.min(1, line.length - from);
  if (length <= least) return least;
  return isSplit(from + length) ? length - 1 : length;
}
