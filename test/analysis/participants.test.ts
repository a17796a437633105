import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {type ParticipantRow, type ParticipantsOptions, participants} from "../../src/analysis/participants.js";
import {sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {attempt, attemptsOf, logged, options, sourceOf, sourceOfFiles} from "./stores.js";

const asked = (changes: Partial<ParticipantsOptions> = {}): ParticipantsOptions => ({
  ...options({bootstrap: 0}),
  tables: ["agent", "cohort", "environment"],
  wageUsdPerHour: 200,
  ...changes,
});
const rowsOf = async (source: Source, changes: Partial<ParticipantsOptions> = {}) => (await participants(source, asked(changes))).rows;
const somebody = (person: string | null, cohort: string | null = null) => ({participant: {kind: "human", person, cohort} as const});

describe("the sample data", () => {
  // made by test/fixtures/aggregates/make_participants.py
  const file = join(import.meta.dirname, "..", "fixtures", "aggregates", "participants.json");
  const expected = JSON.parse(readFileSync(file, "utf8")) as Partial<ParticipantRow>[];

  it("give the rows of an independent script", async () => {
    const rows = await rowsOf(await sourceOfFiles([sampleFile]), {wageUsdPerHour: 231.875});
    expect(rows.length).toBe(expected.length);
    expected.forEach((own, i) => {
      for (const [name, value] of Object.entries(own)) {
        const found = rows[i]![name as keyof ParticipantRow];
        if (typeof value === "number") expect(found, name).toBeCloseTo(value, 8);
        else expect(found, name).toBe(value);
      }
    });
  });

  it("have the cohorts that data/README.md states", async () => {
    const rows = await rowsOf(await sourceOfFiles([sampleFile]), {tables: ["cohort"]});
    expect(rows.map(({name, attempts, people, meanScore}) => [name, attempts, people, meanScore.toFixed(2)])).toEqual([
      ["hiring", 45, 40, "0.50"],
      ["network", 17, 13, "0.85"],
      ["students", 9, 8, "1.02"],
    ]);
  });
});

describe("by hand", () => {
  const people: AttemptInput[] = [
    // 4 calls in 2 h worked; better at 600 s and 3000 s (not at 1800 s, lower again); 4200 s left
    logged(
      [
        [600, 0.2],
        [1800, 0.1],
        [2000, null],
        [3000, 0.5],
      ],
      {...somebody("p1", "hiring"), workingSeconds: 7200},
    ),
    // 2 calls in 6 h; better at 9000 s; 12600 s left
    logged(
      [
        [100, -0.4],
        [9000, 1.2],
      ],
      {...somebody("p1", "hiring"), workingSeconds: 21_600},
    ),
    // 1 call in 2 h, too late to count
    logged([[29_500, 0.7]], {...somebody("p2", "students"), workingSeconds: 7200, finalScore: null}),
  ];

  it("people: scores, pace, wage", async () => {
    const rows = await rowsOf(await sourceOf(people), {tables: ["agent"]});
    expect(rows).toEqual([
      {
        table: "agent",
        kind: "human",
        name: "human",
        timeLimitSeconds: 28_800,
        attempts: 3,
        people: 2,
        peopleReason: null,
        meanScore: expect.closeTo(1.7 / 3, 12),
        medianScore: 0.5,
        shareAtZero: expect.closeTo(1 / 3, 12),
        shareAbove: expect.closeTo(2 / 3, 12),
        shareAtReference: expect.closeTo(1 / 3, 12),
        scoreCallsPerHour: 0.7, // 7 calls in 10 h
        scoreCallsPerHourReason: null,
        loggedAttempts: 3,
        firstImprovementSeconds: 4800, // of 600 and 9000
        firstImprovementReason: null,
        sinceLastImprovementSeconds: 8400, // of 4200 and 12600
        sinceLastImprovementReason: null,
        improvedAttempts: 2,
        followedAttempts: 3,
        dollarsPerHour: 200,
        dollarsPerHourReason: null,
        pricedAttempts: 3,
      },
    ]);
  });

  it("cohorts and environments are people's alone; what is not recorded has a row of its own", async () => {
    const source = await sourceOf([...people, logged([[60, 0.3]], somebody("p9")), ...attemptsOf([0.1, 0.2])]);
    const rows = await rowsOf(source, {tables: ["cohort", "environment"]});
    expect(rows.map(({table, name, attempts, people: count}) => [table, name, attempts, count])).toEqual([
      ["cohort", "hiring", 2, 1],
      ["cohort", "students", 1, 1],
      ["cohort", null, 1, 1],
      ["environment", "fix_embedding", 4, 3],
    ]);
  });

  it("agents: recorded cost over hours worked, a row for each limit and one for all", async () => {
    const source = await sourceOf([
      attempt({finalScore: 1, nominalCostUsd: 10, workingSeconds: 1800}),
      attempt({finalScore: 0, nominalCostUsd: null, workingSeconds: 900}),
      attempt({finalScore: 0.05, nominalCostUsd: 2, workingSeconds: null}),
      attempt({finalScore: 0.4, nominalCostUsd: 20, workingSeconds: 3600, timeLimitSeconds: 7200}),
    ]);
    const rows = await rowsOf(source, {tables: ["agent"]});
    const seen = rows.map(({timeLimitSeconds, attempts, dollarsPerHour, pricedAttempts, medianScore, shareAbove}) => {
      return [timeLimitSeconds, attempts, dollarsPerHour, pricedAttempts, medianScore, shareAbove];
    });
    expect(seen).toEqual([
      [null, 4, 20, 2, expect.closeTo(0.225, 12), 0.5],
      [1800, 3, 20, 1, 0.05, expect.closeTo(1 / 3, 12)],
      [7200, 1, 20, 1, 0.4, 1],
    ]);
    expect(rows[0]).toMatchObject({kind: "agent", people: null, peopleReason: "agents are not counted as people"});
  });
});

describe("what cannot be said", () => {
  const first = async (attempts: AttemptInput[], changes: Partial<ParticipantsOptions> = {}) =>
    (await rowsOf(await sourceOf(attempts), {tables: ["agent"], ...changes}))[0]!;

  it("without score logs is null with the reason, never 0", async () => {
    expect(await first(attemptsOf([0.5, 1], {workingSeconds: 1800}))).toMatchObject({
      scoreCallsPerHour: null,
      scoreCallsPerHourReason: "no score logs",
      loggedAttempts: 0,
      firstImprovementSeconds: null,
      firstImprovementReason: "no score logs",
      sinceLastImprovementSeconds: null,
      sinceLastImprovementReason: "no score logs",
      improvedAttempts: null,
      dollarsPerHour: null,
      dollarsPerHourReason: "no cost is recorded",
    });
  });

  it("without the time worked: no rate, but when it got better is known", async () => {
    const row = await first([logged([[60, 0.5]], {nominalCostUsd: 3})]);
    expect(row).toMatchObject({scoreCallsPerHour: null, scoreCallsPerHourReason: "the time worked is not recorded"});
    expect(row).toMatchObject({firstImprovementSeconds: 60, sinceLastImprovementSeconds: null});
    expect(row.sinceLastImprovementReason).toBe("the time worked is not recorded");
    expect(row.dollarsPerHourReason).toBe("the time worked is not recorded");
  });

  it("where nothing got better there is no time at which it did, and the count is 0", async () => {
    const row = await first([
      logged(
        [
          [60, -0.5],
          [90, 0],
        ],
        {workingSeconds: 1800},
      ),
    ]);
    expect(row).toMatchObject({improvedAttempts: 0, followedAttempts: 1, firstImprovementSeconds: null, scoreCallsPerHour: 4});
    expect(row.firstImprovementReason).toBe("no attempt improved");
  });

  it("an attempt that counts 0 because of its flag did not improve", async () => {
    const cheat = logged([[60, 0.5]], {workingSeconds: 1800, flags: [{flag: "cheating"}]});
    expect(await first([cheat])).toMatchObject({meanScore: 0, improvedAttempts: 0, followedAttempts: 1});
    expect(await first([cheat], {flagged: {cheating: "keep"}})).toMatchObject({meanScore: 0.5, improvedAttempts: 1});
  });

  it("people who are not named are not counted", async () => {
    const [named, unnamed] = [attempt(somebody("p1")), attempt(somebody(null))];
    expect(await first([unnamed])).toMatchObject({people: null, peopleReason: "no attempt names who made it"});
    expect(await first([named, unnamed])).toMatchObject({people: null, peopleReason: "1 of 2 attempts do not name who made them"});
  });

  it("no attempts give no rows", async () => {
    expect(await rowsOf(await sourceOf(attemptsOf([0.5])), {tier: "small"})).toEqual([]);
  });
});
