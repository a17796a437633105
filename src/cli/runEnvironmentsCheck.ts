import {readCatalogue} from "../environment/catalogue.js";
import {checkEnvironment, type EnvironmentCheck} from "../runner/environments/checkEnvironment.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import type {Measured} from "../runner/environments/measureSolution.js";
import {findPython} from "../runner/host/findPython.js";
import {GIBIBYTE} from "../runner/host/gibibyte.js";
import {hostFingerprint} from "../runner/host/hostFingerprint.js";
import {requirePackages} from "../runner/host/pythonPackages.js";
import {chosenEnvironments} from "./chosenEnvironments.js";
import type {CheckFlags} from "./environmentsCommand.js";
import {bold, notice, printable, table, wrap} from "./terminal.js";

export async function runEnvironmentsCheck(names: readonly string[], flags: CheckFlags): Promise<void> {
  const {environmentsDir, python: option, tier, data, json, solutions} = flags;
  const chosen = chosenEnvironments(readCatalogue(environmentsDir), names, flags, "check");
  const python = await findPython({option: option ?? null});
  await requirePackages(python, [...new Set(chosen.flatMap(({runner}) => runner?.needs ?? []))]);
  const host = await hostFingerprint(python);
  const checks: EnvironmentCheck[] = [];
  for (const environment of chosen) {
    const folder = environmentFolder(environment.name, environmentsDir);
    const options = {python: python.path, folder, tier, synthetic: data === "synthetic", allSolutions: solutions, host};
    checks.push(await checkEnvironment(environment, {...options, now: () => new Date(), log: notice}));
  }
  process.stdout.write(json ? `${JSON.stringify({checks, host})}\n` : `${checksText(checks)}\n`);
  if (checks.some(({passed}) => !passed)) process.exitCode = 1;
}

const NUMBERS = ["right", "right", "right", "right", "right", "right", "right"] as const;

function checksText(checks: readonly EnvironmentCheck[]): string {
  const rows = checks.map((check) => {
    const [start, reference] = ["start", "reference"].map((name) => check.measured.find((one) => one.name === name));
    return [
      check.environment,
      check.passed ? "passed" : "FAILED",
      ...[start, reference].map(scoreText),
      check.spread === null ? "–" : check.spread.normalizedDeviation.toFixed(3),
      secondsText(check.preparingSeconds),
      secondsText(reference?.solvingSeconds),
      secondsText(reference?.scoringSeconds),
      memoryText(check.measured),
    ];
  });
  const head = ["environment", "", "start", "reference", "spread", "prepare\ns", "solve\ns", "score\ns", "memory\nGiB"];
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
const secondsText = (seconds: number | null | undefined): string => (seconds == null ? "–" : seconds.toFixed(1));

function memoryText(measured: readonly Measured[]): string {
  const known = measured.flatMap(({peakMemoryBytes}) => (peakMemoryBytes === null ? [] : [peakMemoryBytes]));
  return known.length === 0 ? "–" : (Math.max(...known) / GIBIBYTE).toFixed(2);
}
