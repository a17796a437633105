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
  const blank = line.slice(from, from + most).lastIndexOf(" ");
  return blank > most / 2 ? blank : most;
}

/** How many UTF-16 units from there fit into so many columns; one character at least. */
function fitting(line: string, from: number, room: number): number {
  let [at, columns] = [from, 0];
  while (at < line.length) {
    const code = line.codePointAt(at)!;
    columns += columnsOf(code);
    if (columns > room && at > from) break;
    at += code > 0xffff ? 2 : 1;
  }
  return at - from;
}

/**
 * Columns that a character takes, or more: signs that are put onto others count too. The width to the column takes a hundred times as
 * long, and a transcript has millions of characters.
 */
function columnsOf(code: number): 1 | 2 {
  if (code < 0x1100) return 1;
  if (code >= 0x2e80 || code <= 0x115f) return 2;
  return code >= 0x2300 && code <= 0x2bff && /\p{Emoji_Presentation}/u.test(String.fromCodePoint(code)) ? 2 : 1;
}
