import Table from "cli-table3";
import pc from "picocolors";

/** Columns of the terminal; 80 where the output is no terminal, and never less. */
export const terminalColumns = (): number => Math.max(80, process.stdout.columns ?? 80);

/** Text of a record as it can be shown: control characters and those that reorder text are escaped. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Words wrapped at the width of the terminal, each further line indented. */
export function wrap(text: string, indent = ""): string {
  const width = Math.min(terminalColumns(), 100);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

type Align = "left" | "right";

/** A plain table: a header, a rule, rows; cells may hold several lines. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], aligns: readonly Align[] = []): string {
  const rule = "─";
  const bare = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
  };
  const inner = {left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  "};
  const drawn = new Table({
    head: head.map((name) => pc.bold(name)),
    chars: {...bare, ...inner},
    style: {head: [], border: [], "padding-left": 0, "padding-right": 0},
    colAligns: head.map((_, i) => aligns[i] ?? "left"),
  });
  drawn.push(...rows.map((row) => [...row]));
  const lines = drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const width = Math.max(...lines.map((line) => visibleLength(line)));
  return [lines[0], pc.dim(rule.repeat(width)), ...lines.slice(1)].join("\n");
}

const visibleLength = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, "").length;

/** A notice on stderr: what a reader should know, out of the way of what programs read. */
export function notice(text: string): void {
  process.stderr.write(`${wrap(text, "  ")}\n`);
}
