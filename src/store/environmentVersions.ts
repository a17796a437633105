import type {DuckDBConnection} from "@duckdb/node-api";
import {type Catalogue, catalogueOf, parseEnvironment} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";
import {scoringDifferences} from "../environment/scoringDifferences.js";
import {RebenchError} from "../errors.js";

/**
 * Keeps a definition, unless the very same one is there.
 *
 * @throws RebenchError `invalid-environment` where that version is there with another meaning of scores.
 */
export async function keepEnvironment(connection: DuckDBConnection, environment: Environment): Promise<void> {
  const {name, version} = environment;
  const kept = (await keptEnvironments(connection)).findLast((each) => each.name === name && each.version === version);
  const differs = kept === undefined ? [] : scoringDifferences(kept, environment);
  if (differs.length > 0) {
    throw new RebenchError("invalid-environment", {
      problem: `the environment ${name} has changed since the store got to know it, but is still version "${version}"; nothing was imported\n${differs
        .map(({field, from, to}) => `  ${field}: ${from} there, ${to} here`)
        .join("\n")}`,
      hint: "Give the changed environment a new version in its environment.json: scores of both versions stay apart.",
    });
  }
  await connection.run(
    `insert into environments select $name, $version, $definition
      where not exists (select 1 from environments where name = $name and version = $version and definition = $definition)`,
    {name: environment.name, version: environment.version, definition: JSON.stringify(environment)},
  );
}

/** Every environment version the store has seen, by name; later additions last. */
export async function keptEnvironments(connection: DuckDBConnection): Promise<Environment[]> {
  const reader = await connection.runAndReadAll("select name, definition from environments order by name, rowid");
  return reader
    .getRows()
    .map(([name, definition]) => parseEnvironment(JSON.parse(String(definition)), `environment ${String(name)} in the store`));
}

/** The catalogue and, in their latest version, the kept environments that it lacks. A name that is taken is no alias of theirs. */
export function withKept(catalogue: Catalogue, kept: readonly Environment[]): Catalogue {
  const latest = new Map(kept.filter(({name}) => catalogue.find(name) === undefined).map((each) => [each.name, each]));
  if (latest.size === 0) return catalogue;
  const taken = new Set(latest.keys());
  const added = [...latest.values()].map((environment) => {
    const aliases = environment.aliases.filter((alias) => catalogue.find(alias) === undefined && !taken.has(alias));
    for (const alias of aliases) taken.add(alias);
    return {...environment, aliases};
  });
  return catalogueOf([...catalogue.environments, ...added]);
}
