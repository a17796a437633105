/** A block of code in a model's answer. */
export type FencedBlock = {
  /** The name after the opening fence, in lower case with `_`; empty where there is none. */
  label: string;
  body: string;
  /** False where the text ends before the block does. */
  isClosed: boolean;
  /** Line of the opening fence, from 0. */
  line: number;
};

/**
 * Blocks between fences of backticks or tildes at the start of a line. A fence is closed by one as long or longer, of the same kind.
 *
 * @example fencedBlocks("Do it:\n```bash\nls\n```") // => [{label: "bash", body: "ls", isClosed: true, line: 1}]
 */
export function fencedBlocks(text: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: (Omit<FencedBlock, "body" | "isClosed"> & {fence: string; lines: string[]}) | null = null;
  for (const [number, line] of text.replaceAll("\0", "").split(/\r?\n/).entries()) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    const after = (fence?.[2] ?? "").trim();
    if (open !== null) {
      if (fence && after === "" && fence[1]!.startsWith(open.fence)) {
        blocks.push(blockOf(open, true));
        open = null;
      } else open.lines.push(line);
    } else if (fence) {
      const inLine = /^([A-Za-z_]+)\s*(?:`{3,}|~{3,})$/.exec(after); // ```score``` on one line
      if (inLine) blocks.push({label: normal(inLine[1]!), body: "", isClosed: true, line: number});
      else open = {fence: fence[1]!, label: normal(after), lines: [], line: number};
    }
  }
  return open === null ? blocks : [...blocks, blockOf(open, false)];
}

const blockOf = ({label, lines, line}: {label: string; lines: string[]; line: number}, isClosed: boolean): FencedBlock => ({
  label,
  body: lines.join("\n"),
  isClosed,
  line,
});

/** The first word after a fence, however it is dressed up: `{.bash}`, `tool:bash`, `Score-Log`. */
const normal = (label: string): string =>
  (
    label
      .slice(0, 100)
      .toLowerCase()
      .replace(/^tool\s*[:=]\s*/, "")
      .match(/[a-z0-9_-]+/)?.[0] ?? ""
  ).replaceAll("-", "_");
