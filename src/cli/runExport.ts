import {exportRecords} from "../export/exportRecords.js";
import {writeLines} from "../export/writeLines.js";
import type {ExportFlags} from "./exportCommand.js";
import {withStore} from "./openForReading.js";
import {notice} from "./terminal.js";

export async function runExport({output, agents = undefined, environments = undefined, ...flags}: ExportFlags): Promise<void> {
  await withStore(flags, async ({source, isSample}) => {
    if (isSample) notice("note: no store here, so these are the bundled sample data, which are synthetic");
    const names = environments?.map((name) => source.catalogue.find(name)?.name ?? name) ?? null;
    const written = await writeLines(output ?? null, exportRecords(source.connection, {agents: agents ?? null, environments: names}));
    if (output !== undefined) notice(`${written.toLocaleString("en")} attempts written to ${output}`);
  });
}
