import {resolve} from "node:path";
import {environmentsFolder} from "../assets.js";
import {readCatalogue} from "../environment/catalogue.js";
import {newEnvironment} from "../runner/environments/newEnvironment.js";
import {shellWord} from "../runner/host/shellWord.js";
import type {NewFlags} from "./environmentsCommand.js";
import {printable} from "./terminal.js";

export async function runEnvironmentsNew(name: string, {environmentsDir, into}: NewFlags): Promise<void> {
  const catalogue = readCatalogue(environmentsDir);
  newEnvironment(name, into, (wanted) => catalogue.find(wanted) !== undefined);
  const isBundled = resolve(into) === resolve(environmentsFolder);
  const where = isBundled ? "" : ` --environments-dir ${shellWord(into)}`;
  process.stdout.write(
    `${printable(into)}/${name} is a small environment that works. Check it with:\n` +
      `  rebench environments check ${name}${where}\n` +
      "Then change it into yours: environment.json, instructions.md, start/, prepare.py, scorer.py, test_scorer.py,\n" +
      "solutions/. The contract is in environments/README.md.\n",
  );
}
