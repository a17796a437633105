import type {DuckDBConnection} from "@duckdb/node-api";
import {bundledCatalogue, type Catalogue} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";
import type {Allocation} from "../score/allocations.js";
import {type CellOptions, cellOf} from "./cell.js";
import {type Selected, select} from "./select.js";
import {type Series, seriesOf} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";

/** Where attempts come from: an open store, and the environments that are known besides those it kept. */
export type Source = {connection: DuckDBConnection; catalogue: Catalogue; storeName: string; toolVersion: string};

/** What every table of scores starts from. */
export type Context = {
  source: Source;
  selected: Selected;
  series: Series[];
  warnings: Warning[];
  /** Environments that `--common` leaves; null without it. Known once `cellOptions` was called. */
  common(): string[] | null;
  /** How cells are made; with `--common` every cell keeps only the environments that all of `wanted` have. */
  cellOptions(wanted: readonly {series: Series; allocation: Allocation}[]): CellOptions;
};

export async function contextOf(source: Source, options: AnalysisOptions): Promise<Context> {
  const selected = await select(source.connection, source.catalogue, options);
  const definitions = new Map(selected.environments.map((environment) => [environment.name, environment]));
  const series = seriesOf(selected, bundledCatalogue().environments, options);
  let common: string[] | null = null;
  return {
    source,
    selected,
    series,
    warnings: [...selected.warnings, ...mixedVersions(selected)],
    common: () => common,
    cellOptions(wanted) {
      const everything: CellOptions = {definitions, clock: options.clock, only: null};
      if (!options.common) return everything;
      common = sharedEnvironments(wanted, everything, selected.environments);
      for (const each of series) each.expected = each.expected.filter((name) => common!.includes(name));
      return {...everything, only: new Set(common)};
    },
  };
}

function sharedEnvironments(
  wanted: readonly {series: Series; allocation: Allocation}[],
  cellOptions: CellOptions,
  environments: readonly Environment[],
): string[] {
  const sets = wanted
    .map(({series, allocation}) => cellOf(series, allocation, cellOptions).environments)
    .filter((cell) => cell.length > 0)
    .map((cell) => new Set(cell.map(({environment}) => environment)));
  return environments.map(({name}) => name).filter((name) => sets.every((set) => set.has(name)));
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
