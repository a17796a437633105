import {type Catalogue, findEnvironment} from "../environment/catalogue.js";
import type {Environment, Tier} from "../environment/environment.js";
import {RebenchError} from "../errors.js";
import {notice} from "./terminal.js";

/** Those named, or with `--all` those that the runner knows. */
export function chosenEnvironments(
  catalogue: Catalogue,
  names: readonly string[],
  {all, tier}: {all: boolean; tier: Tier},
  command: "check" | "calibrate",
): Environment[] {
  if (all === names.length > 0) {
    throw new RebenchError("usage", {
      problem: all ? "--all and names of environments do not go together" : `no environment to ${command}`,
      hint: `Name environments, or take all with: rebench environments ${command} --all`,
    });
  }
  if (!all) return [...new Set(names.map((name) => findEnvironment(catalogue, name)))];
  const [known, unknown] = [true, false].map((runs) => catalogue.environments.filter(({runner}) => (runner !== null) === runs));
  if (unknown!.length > 0) notice(`left out, for the analysis only so far: ${unknown!.map(({name}) => name).join(", ")}`);
  const without = known!.filter(({tiers}) => tiers[tier] === undefined).map(({name}) => name);
  if (without.length > 0) notice(`left out, without a tier ${tier}: ${without.join(", ")}`);
  return known!.filter(({tiers}) => tiers[tier] !== undefined);
}
