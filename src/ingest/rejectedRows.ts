import {rename, rm, writeFile} from "node:fs/promises";
import {RebenchError} from "../errors.js";
import type {Problem, Row} from "../import/row.js";

type Rejected = Extract<Row, {problems: Problem[]}>;

/** More than a message shows; a file of another kind can have millions of bad rows. */
const KEPT_PROBLEMS = 100;

/** The rows of one file that cannot be imported, and the file beside it that they go to with `--skip-invalid`. */
export class RejectedRows {
  /** How many rows. */
  count = 0;
  /** How many problems they have. */
  problemCount = 0;
  /** The first of their problems. */
  readonly problems: Problem[] = [];
  readonly file: string;
  private readonly rows: Rejected[] = [];
  private get part(): string {
    return `${this.file}.part`;
  }

  constructor(
    sourceFile: string,
    private readonly keepsRows: boolean,
  ) {
    this.file = `${sourceFile}.rejected.jsonl`;
  }

  add(row: Rejected): void {
    ++this.count;
    this.problemCount += row.problems.length;
    if (this.keepsRows) this.rows.push(row);
    this.problems.push(...row.problems.slice(0, Math.max(0, KEPT_PROBLEMS - this.problems.length)));
  }

  /** Writes the rows beside their final place, so that nothing is left to fail after the store has the others. */
  async prepare(): Promise<void> {
    if (this.rows.length === 0) return;
    try {
      await writeFile(this.part, this.rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    } catch (cause) {
      const full = (cause as NodeJS.ErrnoException).code === "ENOSPC";
      throw new RebenchError(full ? "disk-full" : "unwritable-file", {
        problem: `cannot write the rejected rows to ${this.file}: ${full ? "no space is left on the disk" : (cause as Error).message}`,
        hint: "Nothing was imported. Copy the source to a folder that can be written.",
        cause,
      });
    }
  }

  async publish(): Promise<void> {
    if (this.rows.length > 0) await rename(this.part, this.file);
  }

  async discard(): Promise<void> {
    if (this.rows.length > 0) await rm(this.part, {force: true});
  }
}
