import type {DuckDBConnection} from "@duckdb/node-api";
import {bundledCatalogue, type Catalogue} from "../environment/catalogue.js";
import type {Allocation} from "../score/allocations.js";
import {type CellOptions, cellOf} from "./cell.js";
import {groupBy} from "./groupBy.js";
import {type Selected, select} from "./select.js";
import {type Series, seriesOf} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";

/** Where attempts come from: an open store, and the environments that are known besides those it kept. */
export type Source = {connection: DuckDBConnection; catalogue: Catalogue; storeName: string; toolVersion: string};

/** What every table of scores starts from. */
export type Context = {
  source: Source;
  selected: Selected;
  series: readonly Series[];
  cellOptions: CellOptions;
  /** Environments that `--common` leaves; null without it. */
  commonEnvironments: string[] | null;
  warnings: readonly Warning[];
};

/** @param allocationsOf The time limits and slices that a table looks at: what `--common` has to hold for. */
export async function contextOf(
  source: Source,
  options: AnalysisOptions,
  allocationsOf: (series: Series) => readonly Allocation[],
): Promise<Context> {
  const selected = await select(source.connection, source.catalogue, options);
  const definitions = new Map(selected.environments.map((environment) => [environment.name, environment]));
  const expected = options.requireAll ? bundledCatalogue().environments : selected.environments;
  const only = options.requireAll ? new Set(expected.map(({name}) => name)) : null;
  const everything: CellOptions = {definitions, clock: options.clock, only};
  const all = seriesOf(selected, expected, options);
  const common = options.common ? sharedEnvironments(all, allocationsOf, everything) : null;
  return {
    source,
    selected,
    series: common === null ? all : restricted(all, common),
    cellOptions: {...everything, only: common === null ? only : new Set(common)},
    commonEnvironments: common,
    warnings: [...selected.warnings, ...mixedVersions(selected)],
  };
}

/**
 * The environments that every row has which has any. Rows of one participant at one time limit that a breakdown by
 * environment or category sets apart count as one.
 */
function sharedEnvironments(
  series: readonly Series[],
  allocationsOf: (series: Series) => readonly Allocation[],
  cellOptions: CellOptions,
): string[] {
  const cells = series.flatMap((each) =>
    allocationsOf(each).map((allocation) => {
      const {kind, agent, streamName} = each;
      const {timeLimitSeconds, slicedFromSeconds} = allocation;
      const names = cellOf(each, allocation, cellOptions).environments.map(({environment}) => environment);
      return {row: JSON.stringify([kind, agent, streamName, timeLimitSeconds, slicedFromSeconds]), names};
    }),
  );
  const rows = [...groupBy(cells, ({row}) => row).values()].map((own) => new Set(own.flatMap(({names}) => names)));
  const some = rows.filter((names) => names.size > 0);
  return [...cellOptions.definitions.keys()].filter((name) => some.every((names) => names.has(name)));
}

function restricted(series: readonly Series[], common: readonly string[]): Series[] {
  const within = (each: Series): Series => ({...each, expected: each.expected.filter((name) => common.includes(name))});
  return series
    .map((each) => ({...within(each), partOf: each.partOf && within(each.partOf)}))
    .filter((each) => each.expected.length > 0 || (each.environment === null && each.partOf === null));
}

function mixedVersions({attempts}: Selected): Warning[] {
  const versions = new Map<string, Set<string>>();
  for (const {environment, environmentVersion} of attempts) {
    const seen = versions.get(environment) ?? new Set();
    versions.set(environment, seen.add(environmentVersion ?? "not recorded"));
  }
  return [...versions]
    .filter(([, seen]) => seen.size > 1)
    .map(([environment, seen]) => ({
      code: "mixed-versions",
      agent: null,
      message: `attempts at different versions of ${environment} are taken together: ${[...seen].sort().join(", ")}`,
    }));
}
