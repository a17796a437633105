import {availableParallelism, totalmem} from "node:os";
import {formatDuration} from "../duration.js";
import {readCatalogue} from "../environment/catalogue.js";
import type {Environment, Tier} from "../environment/environment.js";
import {RebenchError} from "../errors.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import {type HostOffer, hostNeeds} from "../runner/environments/hostNeeds.js";
import {findPython} from "../runner/host/findPython.js";
import {GIBIBYTE} from "../runner/host/gibibyte.js";
import {gpus} from "../runner/host/gpus.js";
import {type PackageVersions, pythonPackages} from "../runner/host/pythonPackages.js";
import {workingPrograms} from "../runner/sandbox/programToolchains.js";
import type {ListFlags} from "./environmentsCommand.js";
import {printable, table, wrap} from "./terminal.js";

type TierRow = {tier: Tier; gpus: number; timeLimitSeconds: number; runsHere: boolean; reasons: string[]};
type Row = {name: string; title: string; category: string; tiers: TierRow[]};

export async function runEnvironmentsList({environmentsDir, python, json}: ListFlags): Promise<void> {
  const {environments} = readCatalogue(environmentsDir);
  const host = await hostOffer(environments, python ?? null);
  const rows = environments.map((environment) => rowOf(environment, environmentFolder(environment.name, environmentsDir), host));
  process.stdout.write(json ? `${JSON.stringify({environments: rows})}\n` : `${listText(rows)}\n`);
}

async function hostOffer(environments: readonly Environment[], python: string | null): Promise<HostOffer> {
  const needs = [...new Set(environments.flatMap(({runner}) => runner?.needs ?? []))];
  const named = [...new Set(environments.flatMap(({runner}) => runner?.programs ?? []))];
  const [found, packages, programs] = await Promise.all([gpus(), packagesOf(python, needs), workingPrograms(named)]);
  return {gpus: found.gpus.length, cpus: availableParallelism(), memoryGb: totalmem() / GIBIBYTE, packages, programs};
}

/** Null where there is no Python; one that was asked for must be there. */
async function packagesOf(option: string | null, needs: readonly string[]): Promise<PackageVersions | null> {
  try {
    return await pythonPackages(await findPython({option}), needs);
  } catch (error) {
    if (option !== null || !(error instanceof RebenchError)) throw error;
    return null;
  }
}

function rowOf(environment: Environment, folder: string, host: HostOffer): Row {
  const {name, title, category, tiers, runner} = environment;
  return {
    name,
    title,
    category,
    tiers: (Object.keys(tiers) as Tier[]).sort().map((tier) => {
      const reasons = hostNeeds(folder, environment, tier, host);
      const timeLimitSeconds = runner?.timeLimitSeconds[tier] ?? environment.timeLimitSeconds;
      return {tier, gpus: tiers[tier]!.machine.gpus, timeLimitSeconds, runsHere: reasons.length === 0, reasons};
    }),
  };
}

function listText(rows: readonly Row[]): string {
  const lines = rows.flatMap(({name, title, tiers}) =>
    tiers.map(({tier, gpus, timeLimitSeconds, runsHere}, i) => [
      ...(i === 0 ? [name, printable(title)] : ["", ""]),
      ...[tier, String(gpus), formatDuration(timeLimitSeconds), runsHere ? "yes" : "no"],
    ]),
  );
  const head = ["environment", "title", "tier", "GPUs", "limit", "here"];
  const drawn = table(head, lines, {aligns: ["left", "left", "left", "right", "right", "left"], wrapColumns: [1, 0]});
  const why = reasonsText(rows);
  return why === "" ? drawn : `${drawn}\n\nNot here\n${why}`;
}

/** Each reason once, with what it keeps from running. */
function reasonsText(rows: readonly Row[]): string {
  const pairs = rows.flatMap(({name, tiers}) =>
    tiers.flatMap(({tier, reasons}) => reasons.map((reason) => ({reason, what: `${name} (${tier})`}))),
  );
  const reasons = [...new Set(pairs.map(({reason}) => reason))];
  const whatFor = (wanted: string) => pairs.filter(({reason}) => reason === wanted).map(({what}) => what);
  return reasons.map((reason) => wrap(`  ${printable(reason)}: ${whatFor(reason).join(", ")}`, "    ")).join("\n");
}
