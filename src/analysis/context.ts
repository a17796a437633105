import type {DuckDBConnection} from "@duckdb/node-api";
import {bundledCatalogue, type Catalogue} from "../environment/catalogue.js";
import type {Constants} from "../environment/environment.js";
import type {CellOptions} from "./cell.js";
import {checkEstimation} from "./checkEstimation.js";
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

/** The environments behind a printed row; rows of one participant that a breakdown sets apart have the same `row`. */
export type RowCoverage = {row: string; environments: readonly string[]};

/** @param coverageOf What the rows that a series will be printed as cover: what `--common` has to hold for. */
export async function contextOf(
  source: Source,
  options: AnalysisOptions,
  coverageOf: (series: Series, cellOptions: CellOptions) => readonly RowCoverage[],
): Promise<Context> {
  checkEstimation(options);
  const selected = await select(source.connection, source.catalogue, options);
  const definitions = new Map(selected.environments.map((environment) => [environment.name, environment]));
  const expected = options.requireAll ? bundledCatalogue().environments : selected.environments;
  const required = options.requireAll ? expected.map(({name}) => name) : null;
  const everything: CellOptions = {definitions, clock: options.clock, only: onlyThose(required, "--require-all")};
  const all = restricted(seriesOf(selected, expected, options), required);
  const common = options.common ? sharedEnvironments(all, coverageOf, everything) : null;
  return {
    source,
    selected,
    series: restricted(all, common),
    cellOptions: {...everything, only: onlyThose(common, "--common") ?? everything.only},
    commonEnvironments: common,
    warnings: [...selected.warnings, ...mixedVersions(selected), ...mixedConstants(selected)],
  };
}

const onlyThose = (names: readonly string[] | null, option: "--common" | "--require-all"): CellOptions["only"] =>
  names && {environments: new Set(names), option};

/**
 * The environments that every row has which has any. Rows of one participant that a breakdown by environment or category
 * sets apart count as one.
 */
function sharedEnvironments(
  series: readonly Series[],
  coverageOf: (series: Series, cellOptions: CellOptions) => readonly RowCoverage[],
  cellOptions: CellOptions,
): string[] {
  const covered = series.flatMap((each) =>
    coverageOf(each, cellOptions).map(({row, environments}) => {
      const {kind, agent, streamName} = each;
      return {row: JSON.stringify([kind, agent, streamName, row]), environments};
    }),
  );
  const rows = [...groupBy(covered, ({row}) => row).values()].map((own) => new Set(own.flatMap(({environments}) => environments)));
  const some = rows.filter((names) => names.size > 0);
  return [...cellOptions.definitions.keys()].filter((name) => some.every((names) => names.has(name)));
}

/** The series that are about some of these environments, and how far; all as they are for null. */
function restricted(series: readonly Series[], names: readonly string[] | null): readonly Series[] {
  if (names === null) return series;
  const within = (each: Series): Series => ({...each, expected: each.expected.filter((name) => names.includes(name))});
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
  const mixed = [...versions].filter(([, seen]) => seen.size > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  const listed = mixed.map(([environment, seen]) => `${environment} (${[...seen].sort().join(", ")})`);
  const message = `attempts at different versions of an environment are taken together: ${listed.join("; ")}`;
  return mixed.length === 0 ? [] : [{code: "mixed-versions", agent: null, message}];
}

/** One line for each environment in which a participant's attempts at one time limit are normalized with different constants. */
function mixedConstants({attempts, environments, tier}: Selected): Warning[] {
  const rows = groupBy(attempts, ({kind, agent, environment, timeLimitSeconds}) =>
    JSON.stringify([kind, agent, environment, timeLimitSeconds]),
  );
  const mixed = [...rows.values()].filter((own) => own.some(({constants}) => setText(constants) !== setText(own[0]!.constants)));
  return [...groupBy(mixed.flat(), ({environment}) => environment)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([environment, own]): Warning => {
      const sets = [...groupBy(own, ({constants}) => setText(constants))].sort(([a], [b]) => (a < b ? -1 : 1));
      const counts = sets.map(([set, {length}]) => `${set} (${length})`).join(", ");
      const known = Object.keys(environments.find(({name}) => name === environment)?.tiers[tier]?.constants ?? {});
      const remedy = known.length === 0 ? "" : `; --constants ${environment}=${known.join(" or ")} puts those that are known on one scale`;
      const message = `${environment}: attempts of one row are normalized with different constants (start → reference): ${counts}${remedy}`;
      return {code: "mixed-constants", agent: null, message};
    });
}

const setText = (constants: Constants | null) =>
  constants === null ? "unknown" : `${constants.startingScore} → ${constants.referenceScore}`;
