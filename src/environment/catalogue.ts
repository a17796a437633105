import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import * as z from "zod";
import {environmentsFolder} from "../assets.js";
import {nearestNames, RebenchError} from "../errors.js";
import {type Environment, environmentSchema} from "./environment.js";

/** Environments by canonical name, and every alias. */
export type Catalogue = {
  environments: readonly Environment[];
  /** The environment of that name or alias; undefined where there is none. */
  find(nameOrAlias: string): Environment | undefined;
};

/** Builds a catalogue; two environments that share a name or alias are refused. */
export function catalogueOf(environments: readonly Environment[]): Catalogue {
  const byName = new Map<string, Environment>();
  for (const environment of environments) {
    for (const name of new Set([environment.name, ...environment.aliases])) {
      if (byName.has(name)) {
        throw new RebenchError("invalid-environment", {
          problem: `two environments are called "${name}"`,
          hint: "Give the one in your own --environments-dir another name or alias.",
        });
      }
      byName.set(name, environment);
    }
  }
  return {
    environments: [...environments].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (nameOrAlias) => byName.get(nameOrAlias),
  };
}

/** The seven environments of RE-Bench, which come with rebench. */
export const bundledCatalogue = (): Catalogue => readCatalogue();

/** The bundled environments and those in each of `folders` (one `NAME/environment.json` each). */
export function readCatalogue(folders: readonly string[] = []): Catalogue {
  return catalogueOf([environmentsFolder, ...folders].flatMap(readEnvironments));
}

/** The environment, or an error that names the nearest ones. */
export function findEnvironment(catalogue: Catalogue, nameOrAlias: string): Environment {
  const environment = catalogue.find(nameOrAlias);
  if (environment) return environment;
  const names = catalogue.environments.map(({name}) => name);
  const near = nearestNames(nameOrAlias, names);
  throw new RebenchError("unknown-environment", {
    problem: `unknown environment "${nameOrAlias}"${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
    hint: `Known: ${names.join(", ")}. Add your own with --environments-dir DIR (DIR/NAME/environment.json).`,
  });
}

function readEnvironments(folder: string): Environment[] {
  let names: string[];
  try {
    names = readdirSync(folder, {withFileTypes: true})
      .filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name)) // _lib is what environments share
      .map(({name}) => name)
      .sort();
  } catch (cause) {
    throw new RebenchError("unreadable-file", {
      problem: `cannot read the environments folder ${folder}`,
      hint: "Give --environments-dir a folder that holds NAME/environment.json.",
      cause,
    });
  }
  if (names.length === 0) {
    throw new RebenchError("invalid-environment", {
      problem: `the environments folder ${folder} holds no environments`,
      hint: "Give --environments-dir a folder that holds NAME/environment.json.",
    });
  }
  return names.map((name) => readEnvironment(join(folder, name, "environment.json")));
}

function readEnvironment(file: string): Environment {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new RebenchError("invalid-environment", {
      problem: `${file}: ${(cause as Error).message}`,
      hint: "Each folder in an environments folder needs an environment.json; see environments/optimize_kernel/environment.json.",
      cause,
    });
  }
  return parseEnvironment(value, file);
}

/** Validates one environment definition; `where` names it in the error. */
export function parseEnvironment(value: unknown, where: string): Environment {
  const result = environmentSchema.safeParse(value);
  if (result.success) return result.data;
  throw new RebenchError("invalid-environment", {
    problem: `${where}:\n${z.prettifyError(result.error)}`,
    hint: "See environments/optimize_kernel/environment.json for a complete one.",
  });
}
