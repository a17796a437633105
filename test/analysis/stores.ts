import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {type AnalysisOptions, DEFAULT_OPTIONS, type Warning} from "../../src/analysis/settings.js";
import {type Catalogue, catalogueOf, readCatalogue} from "../../src/environment/catalogue.js";
import {importInto} from "../../src/ingest/importFiles.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {openStore, type Store} from "../../src/store/openStore.js";

const opened: Store[] = [];
afterAll(() => {
  for (const store of opened) store.close();
});

/** A store in memory with these files imported the way `rebench import` does it. */
export async function sourceOfFiles(files: readonly string[], catalogue: Catalogue = readCatalogue()): Promise<Source> {
  const store = await openStore(":memory:", {mode: "write", toolVersion: "test"});
  opened.push(store);
  const options = {humanTimeLimitSeconds: 28_800, columnMap: {}, skipInvalid: false, replace: false, toolVersion: "test"};
  await importInto(store, files, {...options, format: "auto", catalogue});
  return {connection: store.connection, catalogue, storeName: "test", toolVersion: "test"};
}

/** The same of run records. */
export async function sourceOf(attempts: readonly AttemptInput[], catalogue?: Catalogue): Promise<Source> {
  const folder = mkdtempSync(join(tmpdir(), "rebench-analysis-"));
  try {
    const file = join(folder, "attempts.jsonl");
    writeFileSync(file, attempts.map((attempt) => `${JSON.stringify(attempt)}\n`).join(""));
    return await sourceOfFiles([file], catalogue);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

let made = 0;

/** A finished attempt of agent `A` at a normalized score, 30 minutes in `fix_embedding` unless told otherwise. */
export function attempt(fields: Partial<AttemptInput> & {agent?: string} = {}): AttemptInput {
  const {agent = "A", ...rest} = fields;
  return {
    schemaVersion: 1,
    id: `attempt-${String(++made).padStart(6, "0")}`,
    participant: {kind: "agent", alias: agent},
    environment: "fix_embedding",
    timeLimitSeconds: 1800,
    status: "finished",
    scoreScale: "normalized",
    finalScore: 0.5,
    finalScoreRule: "reported",
    ...rest,
  };
}

/** Attempts with these normalized scores. */
export const attemptsOf = (scores: readonly (number | null)[], fields: Partial<AttemptInput> & {agent?: string} = {}): AttemptInput[] =>
  scores.map((finalScore) => attempt({...fields, finalScore}));

/** An attempt with a score log of [working seconds, normalized score] pairs; its final score is the best in time. */
export function logged(entries: readonly [number, number | null][], fields: Partial<AttemptInput> & {agent?: string} = {}): AttemptInput {
  const {timeLimitSeconds = 28_800} = fields;
  const inTime = entries.flatMap(([at, score]) => (score !== null && at <= timeLimitSeconds! * 1.01 ? [score] : []));
  const scoreLog = entries.map(([workingSeconds, score]) => ({workingSeconds, score}));
  const finalScore = inTime.length === 0 ? null : Math.max(...inTime);
  return attempt({timeLimitSeconds, finalScoreRule: "best", finalScore, scoreLog, ...fields});
}

export const PERSON = {kind: "human", person: "p1", cohort: null} as const;

/** Default options with few replicates. */
export const options = (changes: Partial<AnalysisOptions> = {}): AnalysisOptions => ({...DEFAULT_OPTIONS, bootstrap: 200, ...changes});

/** Warnings besides the one that intervals of so few attempts are not calibrated. */
export const otherWarnings = (warnings: readonly Warning[]): Warning[] => warnings.filter(({code}) => code !== "uncalibrated");

/** The bundled environments as long as none had a tier small: no constants and no machine for it. */
export const withoutTierSmall = (): Catalogue =>
  catalogueOf(readCatalogue().environments.map((one) => ({...one, tiers: {full: one.tiers.full!}})));
