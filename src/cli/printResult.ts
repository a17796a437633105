import type {Warning} from "../analysis/settings.js";
import {writeRows} from "../export/writeRows.js";
import {noteSample, type Opened} from "./openForReading.js";
import type {OutputFlags} from "./options.js";
import {printWarnings} from "./printScores.js";

export type Printed<Result> = {
  /** As they go into files without `settings`. */
  rows: readonly Record<string, unknown>[];
  render: (result: Result, opened: Opened) => string;
  flags: OutputFlags;
  opened: Opened;
};

/** A result: into files, then to stdout, as JSON or as text; then, on stderr, what a reader should know. */
export async function printResult<Result extends {warnings: readonly Warning[]}>(
  result: Result,
  {rows, render, flags, opened}: Printed<Result>,
): Promise<void> {
  await writeRows(flags.output, result, rows);
  if (flags.json) {
    noteSample(opened);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else process.stdout.write(`${render(result, opened)}\n`);
  printWarnings(result.warnings);
}
