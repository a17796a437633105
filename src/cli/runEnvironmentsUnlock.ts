import {findEnvironment, readCatalogue} from "../environment/catalogue.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import {unlockInto} from "../runner/environments/unlockInto.js";
import type {UnlockFlags} from "./environmentsCommand.js";
import {counted, notice, printable} from "./terminal.js";

export async function runEnvironmentsUnlock(name: string, dir: string, {environmentsDir, solution}: UnlockFlags): Promise<void> {
  const environment = findEnvironment(readCatalogue(environmentsDir), name);
  const files = unlockInto(environmentFolder(environment.name, environmentsDir), solution, dir);
  process.stdout.write(`${files.map((file) => `${printable(dir)}/${printable(file)}`).join("\n")}\n`);
  notice(`${counted(files.length, "file")} of ${environment.name}, ${printable(solution)}. Keep them out of anything public.`);
}
