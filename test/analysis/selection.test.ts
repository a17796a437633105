import {describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import type {Catalogue} from "../../src/environment/catalogue.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {attempt, attemptsOf, logged, options, otherWarnings, sourceOf, withoutTierSmall} from "./stores.js";

const flag = (name: string) => ({flags: [{flag: name}]});
const tableOf = async (records: AttemptInput[], changes: Partial<AnalysisOptions> = {}, ks: number[] = [1], catalogue?: Catalogue) =>
  scoreAtKTable(await sourceOf(records, catalogue), {...options({bootstrap: 0, ...changes}), ks, timeLimits: null});
const scoreOf = async (records: AttemptInput[], changes: Partial<AnalysisOptions> = {}, k = 1) =>
  (await tableOf(records, changes, [k])).rows[0]!.score;

describe("which attempts count", () => {
  it("counts 0 for a finished attempt without a valid score", async () => {
    expect(await scoreOf(attemptsOf([0.8, null]))).toBe(0.4);
  });

  it("leaves out attempts lost to infrastructure and counts them, or takes them as 0", async () => {
    const records = [...attemptsOf([0.8, 0.4]), attempt({status: "error", finalScore: null}), attempt({status: "error", finalScore: 0.9})];
    const dropped = await tableOf(records);
    expect(dropped.rows[0]).toMatchObject({score: expect.closeTo(0.6, 12), attempts: 2});
    expect(dropped.warnings).toContainEqual({
      code: "errors-dropped",
      agent: null,
      message: "2 of 4 attempts left out: lost to infrastructure (status error): --errors zero would count them as 0",
    });
    const zero = await tableOf(records, {errors: "zero"});
    expect(zero.rows[0]).toMatchObject({score: expect.closeTo(0.3, 12), attempts: 4});
    expect(zero.warnings).toEqual([]);
  });

  it("leaves out and counts attempts without a time limit", async () => {
    const {rows, warnings} = await tableOf([attempt(), attempt({timeLimitSeconds: null})]);
    expect(rows[0]!.attempts).toBe(1);
    expect(warnings).toMatchObject([{code: "no-time-limit", message: "1 of 2 attempts left out: no time limit is recorded"}]);
  });

  it("leaves out and counts attempts without constants, by environment, and goes on with the others", async () => {
    const catalogue = withoutTierSmall();
    const small = {tier: "small", scoreScale: "raw", environment: "restricted_mlm"} as const;
    const records = [attempt({...small, startingScore: 0, referenceScore: 1, finalScore: 0.4}), attempt({...small, finalScore: 2})];
    const kernel = attempt({...small, environment: "scaling_law", agent: "B"});
    const {rows, warnings} = await tableOf([...records, kernel], {}, [1], catalogue);
    expect(rows).toMatchObject([{agent: "A", score: 0.4, attempts: 1}]);
    const why = "left out: there are no constants for tier small, and their records carry no startingScore and referenceScore";
    expect(warnings).toEqual([
      {code: "unknown-constants", agent: null, message: `1 attempt in restricted_mlm ${why}`},
      {code: "unknown-constants", agent: null, message: `1 attempt in scaling_law ${why}`},
      {code: "agent-left-out", agent: "B", message: "B is in no row: the one attempt of the selection is left out"},
    ]);
    await expect(tableOf(records, {constants: {restricted_mlm: "typo"}}, [1], catalogue)).rejects.toMatchObject({code: "usage"});
  });

  it("names agents that have no attempt left", async () => {
    const failed = [1, 2].map(() => attempt({agent: "B", status: "error"}));
    const records = [...attemptsOf([0.5]), ...failed, attempt({agent: "C", flags: [{flag: "odd"}]})];
    const {rows, warnings} = await tableOf(records, {flagged: {odd: "exclude"}});
    expect(rows.map(({agent}) => agent)).toEqual(["A"]);
    expect(warnings.filter(({code}) => code === "agent-left-out")).toEqual([
      {code: "agent-left-out", agent: "B", message: "B is in no row: all 2 attempts of the selection are left out"},
      {code: "agent-left-out", agent: "C", message: "C is in no row: the one attempt of the selection is left out"},
    ]);
  });

  it("never takes tiers together", async () => {
    const constants = {startingScore: 0, referenceScore: 1};
    const small = attempt({tier: "small", finalScore: 0.9, ...constants});
    const records = [attempt({finalScore: 0.1}), small];
    expect(await tableOf(records)).toMatchObject({rows: [{score: 0.1}], settings: {tier: "full"}, warnings: [{code: "other-tier"}]});
    expect(await tableOf(records, {tier: "small"})).toMatchObject({rows: [{score: 0.9}], settings: {tier: "small"}});
    expect(await tableOf([small])).toMatchObject({rows: [{score: 0.9}], settings: {tier: "small"}, warnings: []});
  });
});

describe("flags", () => {
  const records = [...attemptsOf([0.2, 0.4]), attempt({finalScore: 0.9, ...flag("cheating")}), attempt({finalScore: 0.5, ...flag("odd")})];
  const mean = (...scores: number[]) => expect.closeTo(scores.reduce((sum, score) => sum + score, 0) / scores.length, 12);

  it.each<[Record<string, "keep" | "exclude" | "zero">, unknown, number]>([
    [{cheating: "zero"}, mean(0.2, 0.4, 0, 0.5), 4], // the default
    [{cheating: "keep"}, mean(0.2, 0.4, 0.9, 0.5), 4],
    [{cheating: "exclude"}, mean(0.2, 0.4, 0.5), 3],
    [{cheating: "exclude", odd: "zero"}, mean(0.2, 0.4, 0), 3],
    [{}, mean(0.2, 0.4, 0.9, 0.5), 4],
  ])("%j", async (flagged, score, attempts) => {
    expect((await tableOf(records, {flagged})).rows[0]).toMatchObject({score, attempts});
  });

  it("are what the last decision says", async () => {
    const events = [{flag: "cheating"}, {flag: "cheating", action: "remove" as const, author: "me", reason: "it was not"}];
    expect(await scoreOf([attempt({finalScore: 0.9, flags: events})])).toBe(0.9);
  });

  it("excluded beats zero where an attempt carries both", async () => {
    const both = attempt({finalScore: 0.9, flags: [{flag: "cheating"}, {flag: "odd"}]});
    expect(await scoreOf([...attemptsOf([0.4]), both], {flagged: {cheating: "zero", odd: "exclude"}})).toBe(0.4);
  });

  it("say how many attempts they take out or set to 0, and when they do nothing", async () => {
    const {warnings} = await tableOf(records, {flagged: {cheating: "zero", odd: "exclude", typo: "exclude"}});
    expect(warnings.filter(({code}) => code !== "flagged-moves")).toEqual([
      {code: "flagged-zero", agent: null, message: "1 of 4 attempts counted as 0: flagged cheating"},
      {code: "flagged-exclude", agent: null, message: "1 of 4 attempts left out: flagged odd"},
      {code: "flag-unused", agent: null, message: "--flagged typo=exclude changes nothing: no attempt of the selection has that flag"},
    ]);
  });

  describe("that would move a value by more than 10 %", () => {
    const lines = async (attempts: AttemptInput[], k = 1) =>
      (await tableOf(attempts, {}, [k])).warnings.filter(({code}) => code.startsWith("flagged-") && code !== "flagged-zero");

    it("are said, with the value, and others are not", async () => {
      // nine of 1 and one flagged: mean (9 + x) / 10, without it 1
      const nine = attemptsOf(Array<number>(9).fill(1));
      expect(await lines([...nine, attempt({finalScore: 2.2, ...flag("odd")})])).toEqual([
        {code: "flagged-moves", agent: "A", message: "A at 30m@1: 1.120; without the 1 flagged attempt it would be 1.000"},
      ]);
      expect(await lines([...nine, attempt({finalScore: 2.0, ...flag("odd")})])).toEqual([]); // by 9.1 %
      expect(await lines([...nine, attempt({finalScore: 0.1, ...flag("odd")})])).toEqual([]); // from 0.91, by 9.9 %
      expect(await lines([...nine, attempt({finalScore: 0, ...flag("odd")})])).toHaveLength(1); // from 0.9, by 11.1 %
      expect(await lines(nine)).toEqual([]);
    });

    it("are said where a flag's treatment already sets them to 0", async () => {
      expect(await lines([...attemptsOf([1]), attempt({finalScore: 5, ...flag("cheating")})])).toMatchObject([
        {message: "A at 30m@1: 0.500; without the 1 flagged attempt it would be 1.000"},
      ]);
    });

    it("are said where no value, or fewer environments, would be left", async () => {
      const flagged = attemptsOf([0.5, 0.5], flag("odd"));
      expect(await lines(flagged)).toMatchObject([
        {code: "flagged-undefined", message: "A at 30m@1: 0.500; without the 2 flagged attempts there is no value: no attempts at 30m"},
      ]);
      expect(await lines([...flagged, ...attemptsOf([0.1], {environment: "optimize_kernel"})])).toMatchObject([
        {message: "A at 30m@1: 0.300; without the 2 flagged attempts it would be 0.100, in 1 instead of 2 environments"},
      ]);
      expect(await lines([...attemptsOf([0.5]), ...attemptsOf([0.5], flag("odd"))], 2)).toMatchObject([{code: "flagged-undefined"}]);
    });

    it("are said about budgets too", async () => {
      const source = await sourceOf([...attemptsOf([1, 1]), ...attemptsOf([3], flag("odd"))]);
      const {warnings} = await analyze(source, {...options({bootstrap: 0}), budgets: [3600]});
      expect(warnings).toEqual([
        {code: "flagged-moves", agent: "A", message: "A at 1h (30m@2): 2.333; without the 1 flagged attempt it would be 1.000"},
      ]);
    });
  });
});

describe("normalization", () => {
  // gpt2_qa_rl: 0.54 to 0.85 in the paper, to 0.8149 in METR's later data
  const raw = (finalScore: number, fields: Partial<AttemptInput> = {}) =>
    attempt({environment: "gpt2_qa_rl", scoreScale: "raw", finalScore, ...fields});
  const own = {startingScore: 0.5, referenceScore: 0.6};

  it("prefers constants asked for to the record's own, and those to the environment's", async () => {
    expect(await scoreOf([raw(0.695)])).toBeCloseTo(0.5, 12);
    expect(await scoreOf([raw(0.55, own)])).toBeCloseTo(0.5, 12);
    const asked = {constants: {ai_rd_nanogpt_chat_rl: "metr-2025"}}; // an alias does too
    expect(await scoreOf([raw(0.67745)], asked)).toBeCloseTo(0.5, 12);
    expect(await scoreOf([raw(0.67745, own)], asked)).toBeCloseTo(0.5, 12);
  });

  it("states in the settings which were in force, for how many attempts", async () => {
    const {settings} = await tableOf([raw(0.6), raw(0.6), raw(0.55, own), attempt({environment: "gpt2_qa_rl"})]);
    const environment = "gpt2_qa_rl";
    expect(settings.constants).toEqual(
      expect.arrayContaining([
        {environment, from: "paper", startingScore: 0.54, referenceScore: 0.85, attempts: 2},
        {environment, from: "record", ...own, attempts: 1},
        {environment, from: "source", startingScore: null, referenceScore: null, attempts: 1},
      ]),
    );
    expect(settings.constants.length).toBe(3);
  });

  it("says where attempts of one row have different constants, and what helps", async () => {
    const metr = {startingScore: 0.54, referenceScore: 0.8149};
    const qa = (fields: Partial<AttemptInput>) => attempt({environment: "gpt2_qa_rl", ...fields});
    const {warnings} = await tableOf([raw(0.6), raw(0.6), qa(metr), qa({}), attempt()]);
    expect(warnings).toEqual([
      {
        code: "mixed-constants",
        agent: null,
        message:
          "gpt2_qa_rl: attempts of one row are normalized with different constants (start → reference): 0.54 → 0.8149 (1), 0.54 → 0.85 (2), unknown (1); " +
          "--constants gpt2_qa_rl=paper or metr-2025 puts those that are known on one scale",
      },
    ]);
    const apart = [raw(0.6), attempt({environment: "gpt2_qa_rl", agent: "B", ...metr}), qa({...metr, timeLimitSeconds: 7200})];
    expect((await tableOf(apart)).warnings).toEqual([]);
    expect((await tableOf([raw(0.6), qa(metr)], {constants: {gpt2_qa_rl: "paper"}})).warnings).toEqual([]);
  });

  it("is right where lower raw scores are better, and finds the best of a log there", async () => {
    const kernel = logged(
      [
        [60, 1.56],
        [120, 0.47],
        [180, 1.0],
      ],
      {
        environment: "optimize_kernel",
        scoreScale: "raw",
        finalScore: 0.47,
        timeLimitSeconds: 1800,
      },
    );
    expect(await scoreOf([kernel])).toBeCloseTo(1, 12);
  });

  it("has a reason where scores are too large to average", async () => {
    const {rows} = await tableOf([raw(1e9, {startingScore: 0, referenceScore: 1e-305})]);
    expect(rows[0]).toMatchObject({score: null, reason: expect.stringContaining("too large")});
  });

  it("floors at 0 unless told not to, and never caps", async () => {
    expect(await scoreOf([raw(0.385), raw(1.16)])).toBeCloseTo(1, 12); // −0.5 → 0, and 2
    expect(await scoreOf([raw(0.385), raw(1.16)], {floor: false})).toBeCloseTo(0.75, 12);
    expect(await scoreOf([raw(0.385)], {floor: false})).toBeCloseTo(-0.5, 12);
  });

  const stored = {startingScore: 0.54, referenceScore: 0.8149};
  const qa = (finalScore: number, fields: Partial<AttemptInput> = {}) => attempt({environment: "gpt2_qa_rl", finalScore, ...fields});

  it("uses normalized sources as stored, and re-expresses them where other constants are asked for", async () => {
    expect(await scoreOf([qa(0.7, stored)])).toBe(0.7);
    const score = await scoreOf([qa(0.7, stored)], {constants: {gpt2_qa_rl: "paper"}});
    expect(score).toBeCloseTo((0.7 * (0.8149 - 0.54)) / (0.85 - 0.54), 12);
    expect(await scoreOf([qa(0.7, stored)], {constants: {gpt2_qa_rl: "metr-2025"}})).toBe(0.7);
  });

  it("refuses to where their constants are unknown, or began at another starting score", async () => {
    const asked = {constants: {gpt2_qa_rl: "paper"}};
    await expect(tableOf([qa(0.7)], asked)).rejects.toMatchObject({
      code: "usage",
      problem: expect.stringContaining("the constants they were normalized with are not known"),
    });
    await expect(tableOf([qa(0.7, own)], asked)).rejects.toMatchObject({
      problem: expect.stringMatching(/attempts\.jsonl are stored normalized, and with the starting score 0\.5, not 0\.54/),
    });
  });

  it("refuses constants that an environment does not have, attempts there or not", async () => {
    for (const records of [[raw(0.6)], [attempt()]]) {
      await expect(tableOf(records, {constants: {gpt2_qa_rl: "typo"}})).rejects.toMatchObject({
        code: "usage",
        problem: 'gpt2_qa_rl (tier full) has no constants "typo"',
        hint: "It has: paper, metr-2025.",
      });
    }
    await expect(tableOf([attempt()], {constants: {banana: "paper"}})).rejects.toMatchObject({code: "unknown-environment"});
  });

  it("says where asked constants change nothing", async () => {
    const {warnings} = await tableOf([attempt()], {constants: {gpt2_qa_rl: "paper"}});
    expect(warnings).toMatchObject([{code: "constants-unused"}]);
  });

  it("says that a source's own floor stays under --no-floor, and does not floor it again", async () => {
    const {rows, warnings} = await tableOf([qa(-0.2), qa(0.4)], {floor: false});
    expect(rows[0]!.score).toBeCloseTo(0.1, 12);
    expect(warnings).toMatchObject([{code: "already-floored", message: expect.stringContaining("2 attempts are stored normalized")}]);
  });
});

describe("names", () => {
  it("are refused where the store does not have them, with the nearest ones", async () => {
    await expect(tableOf(attemptsOf([1], {agent: "Modular"}), {agents: ["modula"]})).rejects.toMatchObject({
      code: "unknown-agent",
      problem: 'the store has no agent "modula"; did you mean "Modular"?',
    });
    await expect(tableOf([attempt()], {environments: ["optimize_kernel"]})).rejects.toMatchObject({
      code: "unknown-environment",
      problem: "the store has no attempts in optimize_kernel",
    });
  });
});

describe("versions of an environment", () => {
  it("are said where attempts at several are taken together, or one is not known", async () => {
    const {warnings} = await tableOf([attempt(), attempt({environmentVersion: "1"}), attempt({environmentVersion: "0"})]);
    expect(otherWarnings(warnings)).toEqual([
      {
        code: "unknown-environment-version",
        agent: null,
        message: "1 attempts name a version of their environment that is not known here: fix_embedding version 0, read as version 1",
      },
      {
        code: "mixed-versions",
        agent: null,
        message: "attempts at different versions of an environment are taken together: fix_embedding (0, 1, not recorded)",
      },
    ]);
    const two = ["fix_embedding", "optimize_kernel"].flatMap((environment) => [
      attempt({environment}),
      attempt({environment, environmentVersion: "1"}),
    ]);
    expect(otherWarnings((await tableOf(two)).warnings)).toMatchObject([
      {message: expect.stringMatching(/: fix_embedding \(.*\); optimize_kernel \(/)},
    ]);
  });
});
