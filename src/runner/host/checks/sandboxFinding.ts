import type {RebenchError} from "../../../errors.js";
import {sandboxProblems} from "../../sandbox/startSandbox.js";
import {type Finding, missing, ok} from "../finding.js";

/** Which sandbox `--sandbox auto` takes here, or why there is none. */
export async function sandboxFinding(problems: () => Promise<Record<string, RebenchError | null>> = sandboxProblems): Promise<Finding> {
  const kinds = Object.entries(await problems());
  const [first, ...others] = kinds.flatMap(([kind, problem]) => (problem === null ? [kind] : []));
  if (first !== undefined) {
    const user =
      first === "bubblewrap"
        ? process.getuid!() === 0
          ? " as root, with a user of its own for each attempt"
          : " in a user namespace"
        : "";
    return ok("Sandbox", `${first}${user}${others.length > 0 ? `; also ${others.join(", ")}` : ""}`);
  }
  const foremost = kinds[0]![1]!;
  const found = kinds.map(([, problem]) => problem!.problem).join("; ");
  return missing("Sandbox", found, foremost.hint);
}
