import {exportRecords} from "../export/exportRecords.js";
import {writeLines} from "../export/writeLines.js";
import type {ExportFlags} from "./exportCommand.js";
import {noteSample, withStore} from "./openForReading.js";
import {selectionNames} from "./selectionNames.js";
import {counted, notice} from "./terminal.js";

export async function runExport({output, ...flags}: ExportFlags): Promise<void> {
  await withStore(flags, async (opened) => {
    noteSample(opened);
    const records = exportRecords(opened.source.connection, await selectionNames(opened.source, flags));
    try {
      const written = await writeLines(output ?? null, records);
      if (output !== undefined) notice(`${counted(written, "attempt")} written to ${output}`);
      if (written === 0) notice("note: no attempts match");
    } finally {
      await records.return(undefined); // a query still under way when the store closes would crash the process
    }
  });
}
