import {type Catalogue, findEnvironment, readCatalogue} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";
import {RebenchError} from "../errors.js";
import {checkEnvironment, type EnvironmentCheck} from "../runner/environments/checkEnvironment.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import type {Measured} from "../runner/environments/measureSolution.js";
import {findPython, type Python} from "../runner/host/findPython.js";
import {hostFingerprint} from "../runner/host/hostFingerprint.js";
import {requirePackages} from "../runner/host/pythonPackages.js";
import type {CheckFlags} from "./environmentsCommand.js";
import {bold, notice, printable, table, wrap} from "./terminal.js";

export async function runEnvironmentsCheck(names: readonly string[], flags: CheckFlags): Promise<void> {
  const {environmentsDir, python: option, tier, data, json, solutions} = flags;
  const chosen = choose(readCatalogue(environmentsDir), names, flags);
  const python = await findPython({option: option ?? null});
  await requirePackages(python, [...new Set(chosen.flatMap(({runner}) => runner?.needs ?? []))]);
  const checks: EnvironmentCheck[] = [];
  for (const environment of chosen) {
    const folder = environmentFolder(environment.name, environmentsDir);
    const options = {python: python.path, folder, tier, synthetic: data === "synthetic", allSolutions: solutions, log: notice};
    checks.push(await checkEnvironment(environment, options));
  }
  await print(checks, python, json);
  if (checks.some(({passed}) => !passed)) process.exitCode = 1;
}

/** Those named, or with `--all` those that the runner knows. */
function choose(catalogue: Catalogue, names: readonly string[], {all, tier}: CheckFlags): Environment[] {
  if (all === names.length > 0) {
    throw new RebenchError("usage", {
      problem: all ? "--all and names of environments do not go together" : "no environment to check",
      hint: "Name environments, or check all with: rebench environments check --all",
    });
  }
  if (!all) return [...new Set(names.map((name) => findEnvironment(catalogue, name)))];
  const [known, unknown] = [true, false].map((runs) => catalogue.environments.filter(({runner}) => (runner !== null) === runs));
  if (unknown!.length > 0) notice(`left out, for the analysis only so far: ${unknown!.map(({name}) => name).join(", ")}`);
  const without = known!.filter(({tiers}) => tiers[tier] === undefined).map(({name}) => name);
  if (without.length > 0) notice(`left out, without a tier ${tier}: ${without.join(", ")}`);
  return known!.filter(({tiers}) => tiers[tier] !== undefined);
}

async function print(checks: readonly EnvironmentCheck[], python: Python, json: boolean): Promise<void> {
  if (json) process.stdout.write(`${JSON.stringify({checks, host: await hostFingerprint(python)})}\n`);
  else process.stdout.write(`${checksText(checks)}\n`);
}

const NUMBERS = ["right", "right", "right", "right", "right", "right"] as const;

function checksText(checks: readonly EnvironmentCheck[]): string {
  const rows = checks.map((check) => {
    const [start, reference] = ["start", "reference"].map((name) => check.measured.find((one) => one.name === name));
    return [
      check.environment,
      check.passed ? "passed" : "FAILED",
      ...[start, reference].map(scoreText),
      secondsText(check.preparingSeconds),
      secondsText(start?.scoringSeconds),
      secondsText(reference && reference.solvingSeconds + reference.scoringSeconds),
      memoryText(check.measured),
    ];
  });
  const head = ["environment", "", "start", "reference", "prepare", "score\nstart", "solve and\nscore ref.", "memory"];
  const between = checks.flatMap(({environment, measured}) =>
    measured.filter(({name}) => !["start", "reference"].includes(name)).map((one) => `${environment}, ${one.name}: ${scoreText(one)}`),
  );
  const problems = checks.flatMap(({environment, problems}) => problems.map((problem) => problemText(environment, problem)));
  return [table(head, rows, {aligns: ["left", "left", ...NUMBERS]}), ...(between.length > 0 ? [between.join("\n")] : []), ...problems].join(
    "\n\n",
  );
}

/** The words of a scorer go on over several lines. */
const problemText = (environment: string, problem: string): string =>
  problem
    .split("\n")
    .map((line, i) => (i === 0 ? wrap(`${bold(environment)}: ${printable(line)}`, "  ") : printable(line)))
    .join("\n");

const scoreText = (one: Measured | undefined): string =>
  one === undefined ? "–" : one.normalizedScore === null ? "invalid" : one.normalizedScore.toFixed(3);
const secondsText = (seconds: number | null | undefined): string => (seconds == null ? "–" : `${seconds.toFixed(1)} s`);

function memoryText(measured: readonly Measured[]): string {
  const known = measured.flatMap(({peakMemoryBytes}) => (peakMemoryBytes === null ? [] : [peakMemoryBytes]));
  return known.length === 0 ? "–" : `${(Math.max(...known) / 2 ** 30).toFixed(2)} GiB`;
}
