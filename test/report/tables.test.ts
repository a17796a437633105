import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {bestAttempts} from "../../src/analysis/bestAttempts.js";
import {packageFolder, sampleFile} from "../../src/assets.js";
import {readCatalogue} from "../../src/environment/catalogue.js";
import type {ReportContent, TableBlock} from "../../src/report/content.js";
import {ceilingsTable} from "../../src/report/tables/ceilingsTable.js";
import {effortTable} from "../../src/report/tables/effortTable.js";
import {TABLE_NAMES} from "../../src/report/tables/reportTables.js";
import {attempt, attemptsOf, options, PERSON, sourceOf, sourceOfFiles} from "../analysis/stores.js";
import {because} from "../because.js";
import {metrFile} from "../store/workshop.js";
import {contentOf, reportFrom, rowsOf, tableIn} from "./reports.js";

const fixture = <T>(name: string): T => JSON.parse(readFileSync(join(packageFolder, "test", "fixtures", name), "utf8")) as T;
const allTables = reportFrom({tables: TABLE_NAMES.map((name) => ({name}))}, TABLE_NAMES.map((name) => `{table:${name}}`).join("\n"));
const titles = new Map(readCatalogue().environments.map(({name, title}) => [name, title]));
const texts = (table: TableBlock) => table.rows.map((row) => row.map(({text}) => text));

type Best = {environment: string; kind: "agent" | "human"; attemptId: string; agent: string; score: number; naturalScore: number};
const best = fixture<Best[]>("aggregates/best.json");
type People = {table: string; name: string | null; timeLimitSeconds: number | null; attempts: number; people: number | null} & Record<
  "meanScore" | "medianScore" | "shareAbove" | "shareAtReference",
  number
>;
const people = fixture<People[]>("aggregates/participants.json");

describe("the sample data against independent numbers", () => {
  const contentP = (async (): Promise<ReportContent> => contentOf(allTables, await sourceOfFiles([sampleFile])))();

  it("the best attempt of people and agents in each environment", async () => {
    const {rows} = await bestAttempts(await sourceOfFiles([sampleFile]), options());
    for (const {environment, kind, ...expected} of best) {
      const own = rows.filter((row) => row.environment === environment && row.kind === kind);
      const first = own.reduce((a, b) => (b.score > a.score ? b : a));
      expect(first).toMatchObject({attemptId: expected.attemptId, agent: expected.agent});
      expect(first.score).toBeCloseTo(expected.score, 9);
      expect(first.naturalScore!).toBeCloseTo(expected.naturalScore, 9);
    }
    expect(best).toHaveLength(14);
  });

  it("environments: natural units, ids, and constants of the records", async () => {
    const table = tableIn(await contentP, "environments");
    const rows = rowsOf(table);
    expect(rows).toHaveLength(7);
    for (const {environment, kind, attemptId, naturalScore} of best) {
      const row = rows.find((each) => each.environment === titles.get(environment))!;
      expect(row[kind === "human" ? "personAttempt" : "agentAttempt"]).toBe(attemptId);
      expect(row[kind === "human" ? "person" : "agent"]).toBeCloseTo(naturalScore, 9);
    }
    // paper, Table 2: 4.76 ms to 1.6 ms; the best person's 1.16 ms
    expect(texts(table)[2]!.slice(0, 5)).toEqual(["Optimize a kernel", "ms, lower is better", "4.759", "1.600", "1.162 (1.29)"]);
    expect(table.notes).toEqual(["Constants in force are those of the attempts' own records."]);
  });

  it("tables 3 and 8: as environment.json has them, beside the best achieved", async () => {
    const content = await contentP;
    const effort = rowsOf(tableIn(content, "table-3"));
    expect(effort.find(({environment}) => environment === "Optimize LLM Foundry")).toMatchObject({
      linesOfCode: 1651,
      runAndScoreSeconds: 100,
    });
    const [scaling] = tableIn(content, "table-3").rows.filter(([cell]) => cell!.text === "Scaling law experiment");
    expect(scaling![2]).toMatchObject({value: null, text: "–"});
    expect(content.notes[scaling![2]!.note! - 1]).toBe("its source gives no time");
    const kernel = rowsOf(tableIn(content, "table-8")).find(({environment}) => environment === "Optimize a kernel")!;
    const scoreOf = (kind: string) => best.find((each) => each.environment === "optimize_kernel" && each.kind === kind)!.score;
    expect(kernel).toMatchObject({low: 2.07, high: 2.53});
    expect(kernel.person).toBeCloseTo(scoreOf("human"), 9);
    expect(kernel.agent).toBeCloseTo(scoreOf("agent"), 9);
  });

  it("table 5: cohorts, and all people", async () => {
    const rows = rowsOf(tableIn(await contentP, "table-5"));
    const cohorts = people.filter(({table}) => table === "cohort");
    const all = people.find(({table, name}) => table === "agent" && name === "human")!;
    expect(rows.map(({cohort}) => cohort)).toEqual([...cohorts.map(({name}) => name), "all people"]);
    for (const [i, expected] of [...cohorts, all].entries()) {
      expect(rows[i]).toMatchObject({attempts: expected.attempts, people: expected.people});
      for (const field of ["meanScore", "medianScore", "shareAbove", "shareAtReference"] as const)
        expect(rows[i]![field]).toBeCloseTo(expected[field], 9);
    }
  });

  it("methods: every choice, every rule, the constants and prices, and what else to know", async () => {
    const table = tableIn(await contentP, "methods");
    const lines = texts(table).map((line) => line.join(" | "));
    for (const line of [
      "all | estimator | without-replacement",
      "all | bootstrap | 200",
      "all | flagged: cheating | zero",
      "all | constants: optimize_kernel | 1.56 → 0.47 (record, 260 attempts)",
      "all | aggregate | unweighted mean over environments",
      "analyze | command: budgets | 2h, 8h, 32h",
      "participants | command: above score | 0.05",
    ]) {
      expect(lines).toContain(line);
    }
    expect(table.notes).toContainEqual(expect.stringMatching(/^Note: 1816 of 1816 attempts are synthetic/));
    expect(new Set(lines).size).toBe(lines.length);
  });
});

const missing = because(existsSync(metrFile) ? null : `no ${metrFile}`);
describe.skipIf(missing !== "")(`METR's runs${missing}`, () => {
  it("table 6 has the counts of people, and environments say which attempts are flagged", async () => {
    const content = await contentOf(allTables, await sourceOfFiles([metrFile]));
    const checks = fixture<Record<"attempts" | "above" | "aboveZero" | "atReference", number>[] & {environment: string}[]>(
      "metr/checks.json",
    );
    const rows = rowsOf(tableIn(content, "table-6"));
    expect(rows).toHaveLength(checks.length + 1);
    for (const {environment, attempts, above, aboveZero, atReference} of checks) {
      const row = rows.find((each) => each.environment === titles.get(environment))!;
      expect(row).toMatchObject({attempts, above});
      expect(row.shareAbove).toBeCloseTo(above / attempts, 12);
      expect(row.shareAboveZero).toBeCloseTo(aboveZero / attempts, 12);
      expect(row.shareAtReference).toBeCloseTo(atReference / attempts, 12);
    }
    const sum = (field: "attempts" | "above") => checks.reduce((total, each) => total + each[field], 0);
    expect(rows.at(-1)).toMatchObject({environment: "all", attempts: sum("attempts"), above: sum("above")});
    const rust = tableIn(content, "environments").rows.find(([cell]) => cell!.text === titles.get("rust_codecontests"))!;
    expect(content.notes[rust[5]!.note! - 1]).toMatch(/^this attempt is flagged above-ceiling/);
    expect(tableIn(content, "table-8").notes).toContainEqual(expect.stringMatching(/^Finetune GPT-2 .* other constants/)); // 0.8149, not 0.85
  });
});

describe("awkward cases", () => {
  const rawAttempt = (fields: object) =>
    attempt({environment: "optimize_kernel", scoreScale: "raw", finalScore: 0.47, timeLimitSeconds: 28_800, ...fields});

  it("links to transcripts on the web alone; paths are text", async () => {
    const source = await sourceOf([
      rawAttempt({id: "a1", transcript: "https://example.org/t?a=1"}),
      rawAttempt({id: "p1", participant: PERSON, transcript: "logs/t.json"}),
    ]);
    const {rows, columns} = tableIn(await contentOf(allTables, source), "environments");
    const cellOf = (name: string) => rows[0]![columns.findIndex((column) => column.name === name)]!;
    expect(cellOf("agentAttempt")).toMatchObject({text: "a1", href: "https://example.org/t?a=1"});
    expect(cellOf("personAttempt")).toMatchObject({value: "p1", text: "p1 (logs/t.json)", href: null});
    expect(cellOf("agent")).toMatchObject({value: expect.closeTo(1.6, 2), text: "1.600 (1.00)"});
  });

  it("nobody, nothing above the start, unknown constants: each with its reason, never 0", async () => {
    const source = await sourceOf([
      rawAttempt({finalScore: 1.6}), // slower than the start
      ...attemptsOf([0.5], {environment: "fix_embedding"}), // normalized, constants not stated
    ]);
    const content = await contentOf(allTables, source);
    const [embedding, kernel] = rowsOf(tableIn(content, "environments"));
    expect(embedding).toMatchObject({starting: null, agent: null, person: null, personAttempt: null});
    expect(kernel).toMatchObject({agent: null, person: null});
    expect(content.notes).toEqual(
      expect.arrayContaining([
        "the constants that these scores were normalized with are not recorded",
        "the source normalized its scores and does not say with which constants",
        "no attempt counts above the starting score",
        "no attempts of people in this environment are in the selection",
        "no 8-hour attempts of people in this environment are in the selection",
      ]),
    );
    expect(tableIn(content, "table-5")).toMatchObject({rows: [], notes: ["No attempts of people are in the selection."]});
  });

  it("a cheat counts 0 and is never the best", async () => {
    const source = await sourceOf([
      rawAttempt({id: "cheat", finalScore: -3, flags: [{flag: "cheating"}]}),
      rawAttempt({id: "honest", finalScore: 1}),
    ]);
    const {rows} = await bestAttempts(source, options());
    expect(rows).toMatchObject([{attemptId: "honest", attempts: 2, naturalScore: expect.closeTo(Math.E, 12)}]);
    const {rows: kept} = await bestAttempts(source, options({flagged: {cheating: "keep"}}));
    expect(kept).toMatchObject([{attemptId: "cheat", flags: ["above-ceiling", "cheating"]}]);
  });

  it("an environment without reference or ceiling", () => {
    const [kernel] = readCatalogue().environments.filter(({name}) => name === "optimize_kernel");
    const bare = {...kernel!, reference: null, estimatedCeiling: null};
    expect(effortTable([bare]).rows[0]!.slice(1)).toMatchObject([{value: null}, {value: null}]);
    expect(ceilingsTable({rows: [], environments: [bare], tier: "full"})).toMatchObject({
      rows: [[{}, {value: null, reason: "environment.json has no estimate"}, {value: null}, {value: null}, {value: null}, {value: null}]],
      notes: [],
    });
    expect(ceilingsTable({rows: [], environments: [kernel!], tier: "small"}).rows[0]![1]).toMatchObject({
      reason: "estimates are of tier full",
    });
  });

  it("budgets: people first, partial coverage last and marked", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.9, 0.9], {agent: "partial"}),
      ...["fix_embedding", "optimize_kernel"].flatMap((environment) => [
        ...attemptsOf([0.1, 0.2], {agent: "weak", environment}),
        ...attemptsOf([0.3, 0.4], {agent: "strong", environment}),
        ...attemptsOf([0.2, 0.2], {participant: PERSON, environment}),
      ]),
    ]);
    const table = tableIn(await contentOf(allTables, source, {budgets: [1800]}), "budgets");
    expect(texts(table).map(([name]) => name)).toEqual(["human", "strong", "weak", "partial"]);
    expect(table.rows[3]![1]!.text).toBe("0.900 (all equal) 30m@1, 1/2*");
    expect(table.notes[0]).toMatch(/^\* covers fewer environments/);
    expect(table.columns.map(({name}) => name)).toEqual(["participant", "budget-30m"]);
  });
});

it("says nothing of folders: the store goes by its file's name", async () => {
  const source = {...(await sourceOf(attemptsOf([0.5, 0.6]))), storeName: "/home/me/secret/rebench.duckdb"};
  const content = await contentOf(allTables, source);
  expect(JSON.stringify(content)).not.toContain("secret");
  expect(content.data.text).toBe("Data: 2 attempts in rebench.duckdb.");
});
