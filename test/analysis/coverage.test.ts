import {describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {catalogueOf, readCatalogue} from "../../src/environment/catalogue.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {attemptsOf, options, otherWarnings, PERSON, sourceOf} from "./stores.js";

const HOUR = 3600;
const range = (n: number) => Array.from({length: n}, (_, i) => i / 10);

/** A: 4 in fix_embedding, 2 in optimize_kernel, 1 with hidden scores; B: 8 in fix_embedding, 8 in restricted_mlm. */
const attempts: AttemptInput[] = [
  ...attemptsOf(range(4)),
  ...attemptsOf(range(2), {environment: "optimize_kernel"}),
  ...attemptsOf([0.6], {environment: "scaling_law"}),
  ...attemptsOf(range(8), {agent: "B"}),
  ...attemptsOf(range(8), {agent: "B", environment: "restricted_mlm"}),
];
const table = async (changes: Partial<AnalysisOptions> = {}, ks: number[] | null = null, records = attempts) =>
  scoreAtKTable(await sourceOf(records), {...options(changes), ks, timeLimits: null});

it("has the field names that other programs rely on, never absent", async () => {
  const {rows, settings, warnings} = await table({}, [1, 3]);
  const names = ["agent", "kind", "environment", "group", "timeLimitSeconds", "k", "environments", "environmentCount", "environmentTotal"];
  for (const row of rows) {
    for (const name of [...names, "attempts", "score", "low", "high", "bootstrapMean", "reason"]) expect(row).toHaveProperty(name);
    expect(Object.values(row)).not.toContain(undefined);
  }
  expect(Object.values(settings)).not.toContain(undefined);
  expect(otherWarnings(warnings)).toEqual([]);
});

describe("default k", () => {
  it("are powers of two up to the smallest visible n of that agent; hidden scores do not limit them", async () => {
    const {rows} = await table();
    const ks = (agent: string) => rows.filter((row) => row.agent === agent).map(({k}) => k);
    expect(ks("A")).toEqual([1, 2]);
    expect(ks("B")).toEqual([1, 2, 4, 8]);
  });

  it("is 1 where only hidden scores are selected, and any other k has a reason", async () => {
    const hidden = attemptsOf([0.2, 0.4, 0.9], {environment: "scaling_law"});
    expect((await table({}, null, hidden)).rows).toMatchObject([{k: 1, score: 0.5}]);
    const [one, two] = (await table({environments: ["scaling_law"]}, [1, 2])).rows;
    expect(one).toMatchObject({score: 0.6, environmentCount: 1, environmentTotal: 1});
    expect(two).toMatchObject({score: null, reason: expect.stringContaining("scaling_law (n = 1) has hidden scores")});
  });
});

describe("availability", () => {
  it("keeps the row, without a score, and says why", async () => {
    const {rows} = await table({agents: ["A"]}, [2, 3]);
    expect(rows[0]).toMatchObject({k: 2, environmentCount: 3});
    expect(rows[0]!.score).toBeCloseTo((1.4 / 6 + 0.1 + 0.6) / 3, 12); // the six pairs of 0, .1, .2, .3 have maxima .1 .2 .3 .2 .3 .3
    expect(rows[1]).toMatchObject({
      k: 3,
      score: null,
      low: null,
      high: null,
      bootstrapMean: null,
      reason: "too few attempts for k = 3: optimize_kernel (n = 2)",
      environments: ["fix_embedding", "optimize_kernel", "scaling_law"],
    });
  });

  it("drop averages what has k attempts, clamp takes all there are", async () => {
    const [dropped] = (await table({agents: ["A"], tooFew: "drop"}, [4])).rows;
    expect(dropped).toMatchObject({environments: ["fix_embedding", "scaling_law"], environmentCount: 2, environmentTotal: 4, attempts: 5});
    expect(dropped!.score).toBeCloseTo((0.3 + 0.6) / 2, 12);
    const [clamped] = (await table({agents: ["A"], tooFew: "clamp"}, [4])).rows;
    expect(clamped!.score).toBeCloseTo((0.3 + 0.1 + 0.6) / 3, 12);
    expect(clamped!.environmentCount).toBe(3);
  });
});

describe("coverage", () => {
  it("counts against the environments in the store, of the selection, or with --require-all all seven", async () => {
    expect((await table({}, [1])).rows.map(({environmentCount, environmentTotal}) => [environmentCount, environmentTotal])).toEqual([
      [3, 4],
      [2, 4],
    ]);
    const selected = await table({environments: ["fix_embedding", "ai_rd_small_scaling_law"]}, [1]);
    expect(selected.rows.map(({environmentCount, environmentTotal}) => [environmentCount, environmentTotal])).toEqual([
      [2, 2],
      [1, 2],
    ]);
    const all = await table({requireAll: true, agents: ["B"]}, [1]);
    expect(all.rows[0]).toMatchObject({score: null, environmentTotal: 7});
    expect(all.rows[0]!.reason).toMatch(/--require-all: no attempts in .*scaling_law/);
  });

  it("is of the seven alone with --require-all: a private environment neither counts nor adds", async () => {
    const bundled = readCatalogue();
    const secret = {...bundled.find("fix_embedding")!, name: "secret", aliases: []};
    const seven = bundled.environments.flatMap(({name}) => attemptsOf([0.5, 0.5], {environment: name}));
    const records = [...seven, ...attemptsOf([1, 1], {environment: "secret"}), ...attemptsOf([1], {agent: "B", environment: "secret"})];
    const source = await sourceOf(records, catalogueOf([...bundled.environments, secret]));
    const rowsOf = async (by: AnalysisOptions["by"]) =>
      (await scoreAtKTable(source, {...options({requireAll: true, by}), ks: [1], timeLimits: null})).rows;
    const [a, b] = await rowsOf(null);
    expect(a).toMatchObject({agent: "A", score: 0.5, environmentCount: 7, environmentTotal: 7});
    expect(b).toMatchObject({agent: "B", score: null, environmentTotal: 7});
    expect(b!.reason).toBe("--require-all: none of the 1 attempts at 30m is in one of the seven environments of RE-Bench");
    expect((await rowsOf("environment")).map(({environment}) => environment)).toEqual(bundled.environments.map(({name}) => name));
  });

  it("with --common is what the chosen rows share, whichever allocations they chose in each environment", async () => {
    const records = [
      ...attemptsOf([0, 0, 0, 0.9]), // 30m@4 is better here
      ...attemptsOf([0.1, 0.1, 0.1, 0.1], {environment: "optimize_kernel"}),
      ...attemptsOf([0.2], {timeLimitSeconds: 7200}),
      ...attemptsOf([0.9], {timeLimitSeconds: 7200, environment: "optimize_kernel"}), // and 2h@1 here
    ];
    const all = [...records, ...records.map((each) => ({...each, id: `${each.id}b`, participant: {kind: "agent", alias: "B"} as const}))];
    const chosen = async (by: AnalysisOptions["by"], common: boolean) => {
      const {budgets} = await analyze(await sourceOf(all), {...options({by, common, bootstrap: 0}), budgets: [2 * HOUR]});
      return budgets.map(({agent, environment, k}) => [agent, environment, k]);
    };
    expect(await chosen("environment", true)).toEqual(await chosen("environment", false));
    expect(await chosen("environment", true)).toHaveLength(4);
    expect(await chosen(null, true)).toEqual(await chosen(null, false));
  });

  it("is restricted to what all rows share with --common", async () => {
    const {rows, settings} = await table({common: true}, [4]);
    expect(settings.commonEnvironments).toEqual(["fix_embedding"]);
    expect(rows).toMatchObject([
      {agent: "A", environments: ["fix_embedding"], environmentCount: 1, environmentTotal: 1, score: 0.3},
      {agent: "B", environments: ["fix_embedding"], environmentCount: 1, environmentTotal: 1},
    ]);
  });

  it("is shared between agents, not between the rows of one, with --common --by environment", async () => {
    const {rows} = await table({common: true, by: "environment"}, [1]);
    expect(rows.map(({agent, environment}) => [agent, environment])).toEqual([
      ["A", "fix_embedding"],
      ["B", "fix_embedding"],
    ]);
    const {rows: categories} = await table({common: true, by: "category"}, [1]);
    expect(categories.map(({agent, group, environmentTotal}) => [agent, group, environmentTotal])).toEqual([
      ["A", "loss", 1],
      ["B", "loss", 1],
    ]);
  });

  it("says so where nothing is shared", async () => {
    const {rows} = await table({common: true}, [1], [...attemptsOf([1]), ...attemptsOf([1], {agent: "B", environment: "restricted_mlm"})]);
    expect(rows).toMatchObject([{score: null}, {score: null}]);
    expect(rows[0]!.reason).toBe("--common: none of the 1 attempts at 30m is in an environment that all rows share");
  });

  it("decides before the score: a narrow allocation never beats a wide one", async () => {
    const records = [
      ...attemptsOf([0.1, 0.1, 0.1, 0.1]),
      ...attemptsOf([0.1, 0.1, 0.1, 0.1], {environment: "restricted_mlm"}),
      ...attemptsOf([0.9, 0.9], {timeLimitSeconds: 7200}),
    ];
    const {budgets, allocations} = await analyze(await sourceOf(records), {...options(), budgets: [2 * HOUR, 4 * HOUR]});
    expect(budgets[0]).toMatchObject({timeLimitSeconds: 1800, k: 4, environmentCount: 2});
    expect(allocations.map(({k, timeLimitSeconds, environmentCount}) => [timeLimitSeconds, k, environmentCount]).slice(0, 2)).toEqual([
      [1800, 4, 2],
      [7200, 1, 1],
    ]);
    expect(budgets[1]).toMatchObject({timeLimitSeconds: 7200, k: 2, environmentCount: 1, environmentTotal: 2}); // 30m@8 is not there
  });

  it("has a reason where no limit divides the budget", async () => {
    const {budgets, allocations} = await analyze(await sourceOf(attemptsOf([1])), {...options(), budgets: [2700]});
    expect(budgets).toMatchObject([{score: null, k: null, timeLimitSeconds: null, reason: "no time limit (30m) divides 45m"}]);
    expect(allocations).toEqual([]);
  });

  it("leaves allocations of equal score to fewer and longer attempts", async () => {
    const same = (timeLimitSeconds: number) => attemptsOf([0.3, 0.3, 0.3, 0.3], {timeLimitSeconds});
    const {budgets} = await analyze(await sourceOf([...same(1800), ...same(3600), ...same(7200)]), {...options(), budgets: [2 * HOUR]});
    expect(budgets[0]).toMatchObject({timeLimitSeconds: 7200, k: 1, degenerate: true, low: 0.3, high: 0.3});
  });
});

describe("breakdowns", () => {
  it("--by environment has a row for each environment an agent has, the name in `environment`", async () => {
    const {rows} = await table({by: "environment", agents: ["A"]}, [1]);
    expect(rows.map(({environment, group, environmentTotal, attempts}) => [environment, group, environmentTotal, attempts])).toEqual([
      ["fix_embedding", null, 1, 4],
      ["optimize_kernel", null, 1, 2],
      ["scaling_law", null, 1, 1],
    ]);
  });

  it("--by category counts coverage within the category", async () => {
    const {rows} = await table({by: "category"}, [1]);
    expect(rows.map(({agent, group, environmentCount, environmentTotal}) => [agent, group, environmentCount, environmentTotal])).toEqual([
      ["A", "loss", 2, 3],
      ["A", "runtime", 1, 1],
      ["B", "loss", 2, 3],
    ]);
  });

  it("--by category keeps the one allocation that is chosen on all environments", async () => {
    const records = [
      ...attemptsOf([0, 0, 0, 1]), // loss: 30m@4 is better
      ...attemptsOf([0.2, 0.2, 0.2, 0.2], {environment: "optimize_kernel"}),
      ...attemptsOf([0.9], {timeLimitSeconds: 7200}),
      ...attemptsOf([0.9], {timeLimitSeconds: 7200, environment: "optimize_kernel"}),
    ];
    const source = await sourceOf(records);
    const choices = async (by: AnalysisOptions["by"]) =>
      (await analyze(source, {...options({by}), budgets: [2 * HOUR]})).budgets.map(({k}) => k);
    expect(await choices(null)).toEqual([1]);
    expect(await choices("category")).toEqual([1, 1]);
    expect(await choices("environment")).toEqual([4, 1]);
  });

  it("--by category has the reasons of the whole where nothing is available", async () => {
    const records = [...attemptsOf(range(4)), ...attemptsOf(range(2), {environment: "optimize_kernel"})];
    const {budgets} = await analyze(await sourceOf(records), {...options({by: "category"}), budgets: [2 * HOUR]});
    expect(budgets.map(({group, score, reason}) => [group, score, reason])).toEqual([
      ["loss", null, "30m@4: too few attempts for k = 4: optimize_kernel (n = 2)"],
      ["runtime", null, "30m@4: too few attempts for k = 4: optimize_kernel (n = 2)"],
    ]);
  });

  it("--by cohort splits people only, --by scaffold agents", async () => {
    const person = (cohort: string) => ({...PERSON, cohort});
    const records = [
      ...attemptsOf([0.1, 0.3], {participant: person("hiring")}),
      ...attemptsOf([0.9], {participant: person("network")}),
      ...attemptsOf([0.5], {participant: {kind: "agent", scaffold: "AIDE", model: "m"}}),
    ];
    const groups = async (by: AnalysisOptions["by"]) =>
      (await table({by}, [1], records)).rows.map(({agent, kind, group, attempts}) => [agent, kind, group, attempts]);
    expect(await groups("cohort")).toEqual([
      ["AIDE (m)", "agent", null, 1],
      ["human", "human", "hiring", 2],
      ["human", "human", "network", 1],
    ]);
    expect(await groups("scaffold")).toEqual([
      ["AIDE (m)", "agent", "AIDE", 1],
      ["human", "human", null, 3],
    ]);
  });
});
