import {writeLines} from "../export/writeLines.js";
import {simulate} from "../simulate/simulate.js";
import type {SimulateFlags} from "./simulateCommand.js";
import {counted, notice} from "./terminal.js";

export async function runSimulate({seed, attempts, maxLogEntries, output}: SimulateFlags): Promise<void> {
  function* lines(): Generator<string> {
    for (const attempt of simulate({seed, attempts, maxLogEntries})) yield JSON.stringify(attempt);
  }
  const written = await writeLines(output ?? null, lines());
  if (output !== undefined) notice(`${counted(written, "synthetic attempt")} written to ${output}`);
}
