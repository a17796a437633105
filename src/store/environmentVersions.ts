import type {DuckDBConnection} from "@duckdb/node-api";
import {parseEnvironment} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";

/** Keeps a definition, unless the very same one is there. */
export async function keepEnvironment(connection: DuckDBConnection, environment: Environment): Promise<void> {
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
