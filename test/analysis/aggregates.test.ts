import {readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {type AggregateRow, type Aggregates, type AggregatesOptions, aggregates, PROFILE_THRESHOLDS} from "../../src/analysis/aggregates.js";
import type {Source} from "../../src/analysis/context.js";
import {sampleFile} from "../../src/assets.js";
import {attempt, attemptsOf, logged, options, otherWarnings, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const asked = (changes: Partial<AggregatesOptions> = {}): AggregatesOptions => ({
  ...options(),
  ks: [1],
  timeLimits: null,
  gamma: 1,
  thresholds: null,
  ...changes,
});
const VALUES = ["score", "interquartileMean", "optimalityGap", "humanPercentile"] as const;
const person = {participant: PERSON, timeLimitSeconds: 28_800};

describe("the sample data, by scipy and numpy", () => {
  // made by test/fixtures/aggregates/make_aggregates.py
  type Expected = Record<(typeof VALUES)[number], number | null> & {agent: string; timeLimitSeconds: number; k: number; profile?: number[]};
  const file = join(import.meta.dirname, "..", "fixtures", "aggregates", "aggregates.json");
  const {sample, thresholds} = JSON.parse(readFileSync(file, "utf8")) as {sample: Expected[]; thresholds: number[]};
  let source: Source;
  let all: Aggregates;
  beforeAll(async () => {
    source = await sourceOfFiles([sampleFile]);
    all = await aggregates(source, asked({ks: [1, 4], thresholds: PROFILE_THRESHOLDS}));
  });
  const find = (rows: readonly AggregateRow[], wanted: Pick<AggregateRow, "agent" | "timeLimitSeconds" | "k">) =>
    rows.find(({agent, timeLimitSeconds, k}) => agent === wanted.agent && timeLimitSeconds === wanted.timeLimitSeconds && k === wanted.k)!;

  it("has their values, between the ends of an interval of each", () => {
    expect(all.rows.length).toBe(sample.length);
    for (const expected of sample) {
      const row = find(all.rows, expected);
      for (const name of VALUES) {
        if (expected[name] === null) expect(row[name]).toBeNull();
        else expect(row[name]).toBeCloseTo(expected[name], 9);
      }
      expect(row.interquartileMeanLow!).toBeLessThan(row.interquartileMean!);
      expect(row.optimalityGapHigh!).toBeGreaterThan(row.optimalityGap!);
      if (row.kind === "agent") expect(row.humanPercentileHigh!).toBeGreaterThan(row.humanPercentile!);
      expect(row.humanPercentileEnvironments.length).toBe(row.kind === "agent" ? 7 : 0);
    }
  });

  it("has their profiles on a grid of 0 to 2", () => {
    expect(all.profile.length).toBe(13 * PROFILE_THRESHOLDS.length);
    for (const {agent, timeLimitSeconds, profile} of sample.filter((row) => row.profile !== undefined)) {
      const own = all.profile.filter((row) => row.agent === agent && row.timeLimitSeconds === timeLimitSeconds);
      expect(own.map(({threshold}) => threshold)).toEqual(PROFILE_THRESHOLDS);
      thresholds.forEach((threshold, i) => {
        expect(own.find((row) => row.threshold === threshold)!.share).toBeCloseTo(profile![i]!, 10);
      });
      const varied = own.filter(({low}) => low !== null);
      expect(varied.length).toBeGreaterThan(10);
      for (const {share, low, high} of varied) expect([low! <= share!, share! <= high!]).toEqual([true, true]);
    }
  });

  it("has rows that do not depend on which others were asked for; people are read all the same", async () => {
    const agents = ["AIDE (synthetic-model-a)"];
    const some = await aggregates(source, asked({agents, ks: [4], timeLimits: [7200]}));
    expect(some.rows).toEqual([find(all.rows, {agent: agents[0]!, timeLimitSeconds: 7200, k: 4})]);
    expect(some.settings.agents).toEqual(agents);
    expect(some.profile).toEqual([]);
  });

  it("is the same with the same seed, and has other intervals with another", async () => {
    const changes = {agents: ["Modular (synthetic-model-b)"], timeLimits: [1800]};
    const [row] = (await aggregates(source, asked(changes))).rows;
    expect(row).toEqual(find(all.rows, row!));
    const [other] = (await aggregates(source, asked({...changes, seed: 2}))).rows;
    for (const name of VALUES) expect(other![name]).toBe(row![name]);
    expect(other!.humanPercentileLow).not.toBe(row!.humanPercentileLow);
    expect(other!.interquartileMeanLow).not.toBe(row!.interquartileMeanLow);
  });
});

describe("what cannot be said has its reason", () => {
  const rowsOf = async (source: Source, changes: Partial<AggregatesOptions> = {}) => (await aggregates(source, asked(changes))).rows;

  it("k beyond the attempts: no number at all", async () => {
    const [row] = await rowsOf(await sourceOf(attemptsOf([0.2, 0.4])), {ks: [3]});
    const reason = "too few attempts for k = 3: fix_embedding (n = 2)";
    expect(row).toMatchObject({score: null, interquartileMean: null, optimalityGap: null, humanPercentile: null});
    expect([row!.interquartileMeanReason, row!.optimalityGapReason, row!.humanPercentileReason]).toEqual([reason, reason, reason]);
  });

  it("no people, or none in these environments, or the row is people's", async () => {
    const [alone] = await rowsOf(await sourceOf(attemptsOf([0.2, 0.4])));
    expect(alone).toMatchObject({humanPercentile: null, humanPercentileReason: "no attempts of people in these environments"});
    const elsewhere = await sourceOf([...attemptsOf([0.2, 0.4]), ...attemptsOf([0, 1], {...person, environment: "optimize_kernel"})]);
    const rows = await rowsOf(elsewhere);
    expect(rows.map(({humanPercentileReason}) => humanPercentileReason)).toEqual([
      "no attempts of people in these environments",
      "people are whom the percentile is among",
    ]);
  });

  it("a single attempt of either side, no replicates, or replicates that agree: a number without an interval", async () => {
    const [agent, onePerson] = [attemptsOf([0.2, 0.4, 0.9]), attemptsOf([0.3], person)];
    const [row] = await rowsOf(await sourceOf([...agent, ...onePerson]));
    expect(row).toMatchObject({humanPercentile: 100, humanPercentileLow: null});
    expect(row!.humanPercentileReason).toBe("no interval: one attempt only in fix_embedding");
    expect(row!.interquartileMeanReason).toBeNull();
    const [single] = await rowsOf(await sourceOf(attemptsOf([0.4])));
    expect(single).toMatchObject({interquartileMean: 0.4, interquartileMeanLow: null, optimalityGap: 0.6, optimalityGapHigh: null});
    expect(single!.optimalityGapReason).toBe("no interval: one attempt only in fix_embedding");
    const [without] = await rowsOf(await sourceOf(agent), {bootstrap: 0});
    expect(without!.interquartileMeanReason).toBe("no interval: no bootstrap replicates were asked for");
    const [above] = await rowsOf(await sourceOf(attemptsOf([1.5, 2, 3])));
    expect(above).toMatchObject({optimalityGap: 0, optimalityGapLow: null});
    expect(above!.optimalityGapReason).toBe("no interval: the replicates agree although the scores differ");
  });

  it("all scores equal: the interval is the point, but people still vary", async () => {
    const zeros = attemptsOf([0, 0, 0]);
    const [row] = await rowsOf(await sourceOf([...zeros, ...attemptsOf([0, 0, 0.5, 1], person)]));
    expect(row).toMatchObject({interquartileMean: 0, interquartileMeanLow: 0, interquartileMeanHigh: 0, interquartileMeanReason: null});
    expect(row).toMatchObject({optimalityGap: 1, optimalityGapLow: 1, optimalityGapHigh: 1, humanPercentile: 25});
    expect(row!.humanPercentileLow!).toBeLessThan(25);
    expect(row!.humanPercentileHigh!).toBeGreaterThan(25);
  });

  it("another way to resample, or kind of interval, changes nothing but a warning", async () => {
    const source = await sourceOf(attemptsOf([0.2, 0.4]));
    const usual = await aggregates(source, asked({}));
    for (const [changes, name] of [
      [{resample: "people"}, "--resample people"],
      [{intervalMethod: "bca"}, "--interval-method bca"],
    ] as const) {
      const {rows, settings, warnings} = await aggregates(source, asked(changes));
      expect([rows, settings]).toEqual([usual.rows, usual.settings]);
      expect(otherWarnings(warnings)).toMatchObject([
        {code: "option-unused", message: expect.stringContaining(`${name} is not used here`)},
      ]);
    }
  });

  it("the selection is empty", async () => {
    const source = await sourceOf(attemptsOf([0.2, 0.4]));
    const result = await aggregates(source, asked({tier: "small", thresholds: [0, 1]}));
    expect([result.rows, result.profile]).toEqual([[], []]);
  });
});

describe("what counts", () => {
  it("gamma moves the gap alone", async () => {
    const source = await sourceOf([...attemptsOf([0.2, 0.4, 1.4]), ...attemptsOf([0, 1], person)]);
    const [one] = (await aggregates(source, asked({gamma: 1}))).rows;
    const [half] = (await aggregates(source, asked({gamma: 0.5}))).rows;
    expect([one!.optimalityGap, half!.optimalityGap]).toEqual([expect.closeTo(1.4 / 3, 12), expect.closeTo(0.4 / 3, 12)]);
    expect(half!.interquartileMean).toBe(one!.interquartileMean);
  });

  it("people's final scores count whatever their limit, which is said; the agent is seen at its own", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.5, 0.5]),
      ...attemptsOf([0.1, 0.9], person),
      ...attemptsOf([0.2], {...person, timeLimitSeconds: 7200}),
    ]);
    const {rows, warnings} = await aggregates(source, asked({agents: ["A"]}));
    expect(rows).toHaveLength(1);
    expect(rows[0]!.humanPercentile).toBeCloseTo(200 / 3, 10);
    expect(warnings.filter(({code}) => code === "people-limits").map(({message}) => message)).toEqual([
      "human percentiles are among people's attempts of 2h, 8h together, each with the score it ended with",
    ]);
  });

  it("--common is about the rows that are shown: people who are not do not narrow it", async () => {
    const source = await sourceOf([
      ...["fix_embedding", "optimize_kernel"].flatMap((environment) => attemptsOf([0.2, 0.6], {environment})),
      ...attemptsOf([0.1, 0.9], person),
    ]);
    const [alone] = (await aggregates(source, asked({agents: ["A"], common: true}))).rows;
    expect(alone).toMatchObject({environmentCount: 2, humanPercentileEnvironments: ["fix_embedding"]});
    const [beside] = (await aggregates(source, asked({common: true}))).rows;
    expect(beside).toMatchObject({environmentCount: 1, environments: ["fix_embedding"]});
  });

  it("longer attempts are seen at a limit that none were made at, at k = 1", async () => {
    const entries = (at2h: number, at8h: number) =>
      logged([
        [3600, at2h],
        [20_000, at8h],
      ]);
    const source = await sourceOf([entries(0.1, 0.9), entries(0.3, 0.4), entries(0.5, 0.6), entries(0.7, 0.8)]);
    const {rows, profile} = await aggregates(source, asked({timeLimits: [7200], ks: null, thresholds: [0.35]}));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({sliced: true, slicedFromSeconds: 28_800, k: 1});
    expect(rows[0]!.interquartileMean).toBeCloseTo(0.4, 12); // 0.1 and 0.7 cut off
    expect(profile).toMatchObject([{threshold: 0.35, share: 0.5, sliced: true}]);
  });

  it("one environment alone with --by environment", async () => {
    const source = await sourceOf(["fix_embedding", "optimize_kernel"].flatMap((environment, i) => attemptsOf([i, i + 1], {environment})));
    const {rows} = await aggregates(source, asked({by: "environment"}));
    expect(rows.map(({environment, interquartileMean}) => [environment, interquartileMean])).toEqual([
      ["fix_embedding", 0.5],
      ["optimize_kernel", 1.5],
    ]);
  });

  it("flagged and lost attempts as everywhere", async () => {
    const flags = [{flag: "cheating"}];
    const source = await sourceOf([attempt({finalScore: 9, flags}), attempt({finalScore: 3, status: "error"}), ...attemptsOf([0.5, 1])]);
    const [row] = (await aggregates(source, asked())).rows;
    expect(row!.interquartileMean).toBeCloseTo((0.25 * 0 + 1 * 0.5 + 0.25 * 1) / 1.5, 12);
  });
});
