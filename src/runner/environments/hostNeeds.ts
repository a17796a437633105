import type {Environment, Tier} from "../../environment/environment.js";
import type {PackageVersions} from "../host/pythonPackages.js";
import {contractProblems} from "./contractProblems.js";

/** What of a host decides whether an environment can run on it. */
export type HostOffer = {
  gpus: number;
  cpus: number;
  memoryGb: number;
  /** Null where there is no Python; the reason then says so. */
  packages: PackageVersions | null;
  /** Those of `runner.programs` that work. */
  programs: readonly string[];
};

/** Memory of the host that a machine of the same size shows: firmware and kernel keep a part. */
const MEMORY_SHARE = 0.9;

/** Why a tier of an environment cannot run on a host, as short phrases; empty where it can. */
export function hostNeeds(folder: string, environment: Environment, tier: Tier, host: HostOffer): string[] {
  const {runner, tiers} = environment;
  if (runner === null) return ["for the analysis only, so far"];
  const machine = tiers[tier]?.machine;
  if (machine === undefined) return [`no tier ${tier}`];
  const faults = contractProblems(folder, environment, tier);
  if (faults.length > 0) return [`not complete: ${faults[0]}`];
  const lacking = host.packages === null ? [] : runner.needs.filter((name) => !host.packages![name]);
  const missing = runner.programs.filter((name) => !host.programs.includes(name));
  return [
    ...(missing.length > 0 ? [`lacks ${missing.join(", ")}`] : []),
    ...(host.packages === null ? ["no Python"] : []),
    ...(lacking.length > 0 ? [`Python lacks ${lacking.join(", ")}`] : []),
    ...(machine.gpus > host.gpus ? [`needs ${machine.gpus} GPU${machine.gpus === 1 ? "" : "s"}`] : []),
    ...(machine.cpus > host.cpus ? [`needs ${machine.cpus} CPU cores`] : []),
    ...(machine.memoryGb * MEMORY_SHARE > host.memoryGb ? [`needs ${machine.memoryGb} GiB of memory`] : []),
  ];
}
