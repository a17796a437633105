import {describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import {type CompareOptions, type ComparisonRow, compare} from "../../src/analysis/compare.js";
import type {Source} from "../../src/analysis/context.js";
import type {IntervalEstimate} from "../../src/analysis/intervalEstimate.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import {randomStream} from "../../src/random.js";
import {benjaminiHochberg} from "../../src/stats/benjaminiHochberg.js";
import {holm} from "../../src/stats/holm.js";
import {reference} from "../stats/compareFixture.js";
import {attempt, attemptsOf, logged, options, PERSON, sourceOf} from "./stores.js";

const HOUR = 3600;
const ENVIRONMENTS = ["fix_embedding", "optimize_kernel", "restricted_mlm", "rust_codecontests"] as const;
const at = (timeLimitSeconds: number, k: number) => ({timeLimitSeconds, k});
const DEFAULTS = {pair: ["A", "B"] as const, point: at(1800, 1), alpha: 0.05, power: 0.8, permutations: 199};

const result = (source: Source, changes: Partial<CompareOptions> = {}) => compare(source, {...options(), ...DEFAULTS, ...changes});
const rowOf = async (source: Source, changes: Partial<CompareOptions> = {}) => (await result(source, changes)).rows[0]!;

const draw = (name: string, n: number, shift = 0) => {
  const random = randomStream("compare", name);
  return Array.from({length: n}, () => Math.round(100 * (random.uniform() + shift)) / 100);
};
/** Attempts of A and B in two environments, of unequal number. */
const twoSides = () =>
  sourceOf([
    ...attemptsOf(draw("a", 9, 0.1), {agent: "A"}),
    ...attemptsOf(draw("b", 6), {agent: "B"}),
    ...attemptsOf(draw("c", 8, 0.2), {agent: "A", environment: "optimize_kernel"}),
    ...attemptsOf(draw("d", 10), {agent: "B", environment: "optimize_kernel"}),
  ]);
const STATISTICS = ["difference", "ratio", "gainA", "gainB", "gainDifference", "probabilityOfImprovement"] as const;

describe("against numpy and enumeration", () => {
  it("has the values of each statistic, and its interval within Monte Carlo error", async () => {
    const {samples, k, replicates: theirs} = reference.bootstrap;
    const source = await sourceOf(
      Object.entries(samples).flatMap(([agent, own]) =>
        Object.entries(own).flatMap(([environment, scores]) => attemptsOf(scores, {agent, environment})),
      ),
    );
    const ours = 10_000;
    const row = await rowOf(source, {point: at(1800, k), bootstrap: ours});
    for (const name of ["difference", "ratio", "gainA", "gainDifference", "probabilityOfImprovement"] as const) {
      const expected = reference.bootstrap[name];
      const {value, low, high, standardError, reason} = row[name];
      expect(value).toBeCloseTo(expected.value, 10);
      const errors = 5 * Math.sqrt(1 + theirs / ours);
      expect(Math.abs(low! - expected.low)).toBeLessThan(errors * expected.lowSe);
      expect(Math.abs(high! - expected.high)).toBeLessThan(errors * expected.highSe);
      expect(standardError! / expected.standardError).toBeCloseTo(1, 1);
      expect(reason).toBeNull();
    }
    expect(row.smallestDifference.value).toBeCloseTo(2.80158521811 * row.difference.standardError!, 9);
  });

  it("has the p of the permuted labels, exact", async () => {
    for (const {strata, k, estimator, twoSided, arrangements} of reference.permutation) {
      const attempts = strata.flatMap(({a, b}, e) => [
        ...attemptsOf(a, {agent: "A", environment: ENVIRONMENTS[e]!}),
        ...attemptsOf(b, {agent: "B", environment: ENVIRONMENTS[e]!}),
      ]);
      const {permutation} = await rowOf(await sourceOf(attempts), {point: at(1800, k), estimator, floor: false, bootstrap: 0});
      expect(permutation).toMatchObject({method: "exact", arrangements, replicates: null, reason: null});
      expect(permutation.p).toBeCloseTo(twoSided, 11);
    }
  });

  it("has the p of flipped signs, exact, with the smallest that is possible", async () => {
    for (const {differences, p, arrangements} of reference.signFlips.filter(({differences: {length}}) => length <= ENVIRONMENTS.length)) {
      const attempts = differences.flatMap((difference, e) => [
        ...attemptsOf([difference], {agent: "A", environment: ENVIRONMENTS[e]!}),
        ...attemptsOf([0], {agent: "B", environment: ENVIRONMENTS[e]!}),
      ]);
      const {signFlips} = await rowOf(await sourceOf(attempts), {floor: false, bootstrap: 0});
      expect(signFlips).toMatchObject({method: "exact", arrangements, smallestP: 2 / arrangements});
      expect(signFlips.p).toBeCloseTo(p, 11);
    }
  });
});

describe("a pair", () => {
  it("has the scores and intervals of score-at-k", async () => {
    const source = await twoSides();
    const {rows} = await scoreAtKTable(source, {...options(), ks: [2], timeLimits: [1800]});
    const row = await rowOf(source, {point: at(1800, 2)});
    for (const [estimate, expected] of [
      [row.scoreA, rows[0]!],
      [row.scoreB, rows[1]!],
    ] as const) {
      const {score, low, high} = expected;
      expect(estimate).toMatchObject({value: score, low, high, reason: null});
    }
    expect(row.a).toMatchObject({agent: "A", kind: "agent", timeLimitSeconds: 1800, k: 2, slicedFromSeconds: null, attempts: 17});
    expect(row).toMatchObject({timeBudgetSeconds: 3600, environments: ["fix_embedding", "optimize_kernel"], leftOut: [], adjusted: null});
    expect(row.difference.value).toBeCloseTo(rows[0]!.score! - rows[1]!.score!, 14);
  });

  it("is mirrored with the sides exchanged: differences and intervals change signs, p stays", async () => {
    const source = await twoSides();
    for (const point of [at(1800, 2), {budgetSeconds: 2 * HOUR}]) {
      const row = await rowOf(source, {point});
      const swapped = await rowOf(source, {point, pair: ["B", "A"]});
      const negated = ({value, low, high, standardError}: IntervalEstimate) => [-value!, -high!, -low!, standardError];
      const numbers = ({value, low, high, standardError}: IntervalEstimate) => [value, low, high, standardError];
      expectClose(numbers(swapped.difference), negated(row.difference));
      expectClose(numbers(swapped.gainDifference), negated(row.gainDifference));
      expect(swapped.gainA).toEqual(row.gainB);
      const {value, low, high} = row.probabilityOfImprovement;
      const improvement = swapped.probabilityOfImprovement;
      expectClose([improvement.value, improvement.low, improvement.high], [1 - value!, 1 - high!, 1 - low!]);
      expect([swapped.permutation, swapped.signFlips]).toEqual([row.permutation, row.signFlips]);
      expect(row.permutation.method).toBe("monte-carlo");
      expect(swapped.smallestDifference.value).toBeCloseTo(row.smallestDifference.value!, 12);
    }
  });

  it("does not depend on other participants, nor on being one of many", async () => {
    const source = await twoSides();
    const crowd = await sourceOf([
      ...attemptsOf(draw("a", 9, 0.1), {agent: "A"}),
      ...attemptsOf(draw("b", 6), {agent: "B"}),
      ...attemptsOf(draw("x", 5), {agent: "C"}),
      ...attemptsOf(draw("c", 8, 0.2), {agent: "A", environment: "optimize_kernel"}),
      ...attemptsOf(draw("d", 10), {agent: "B", environment: "optimize_kernel"}),
    ]);
    const expected = await rowOf(source, {point: at(1800, 2)});
    expect(await rowOf(crowd, {point: at(1800, 2)})).toEqual(expected);
    const {rows} = await result(crowd, {point: at(1800, 2), pair: null});
    const {adjusted, ...found} = rows[0]!;
    expect({...found, adjusted: null}).toEqual(expected);
    expect(adjusted?.p).toBe(expected.permutation.p);
  });

  it("gains from half the attempts at the same limit; null, with the reason, where k is odd", async () => {
    const source = await twoSides();
    const {rows} = await scoreAtKTable(source, {...options(), ks: [2, 4], timeLimits: [1800], agents: ["A"]});
    const row = await rowOf(source, {point: at(1800, 4)});
    expect(row.gainA.value).toBeCloseTo(rows[1]!.score! - rows[0]!.score!, 14);
    expect(row.gainA.low).toBeGreaterThan(0); // of the same resamples, so it is never below 0
    const odd = await rowOf(source, {point: at(1800, 3)});
    expect(odd.gainA).toMatchObject({value: null, low: null, reason: expect.stringContaining("an even k")});
    expect(odd.gainDifference.reason).toMatch(/^A: .*; B: /);
  });
});

describe("environments", () => {
  it("are those that both have; the others are left out, and named", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.1, 0.2], {agent: "A"}),
      ...attemptsOf([0.5, 0.9, 0.6], {agent: "A", environment: "optimize_kernel"}),
      ...attemptsOf([0.4, 0.7], {agent: "B", environment: "optimize_kernel"}),
      ...attemptsOf([0.3], {agent: "B", environment: "restricted_mlm"}),
    ]);
    for (const point of [at(1800, 2), {budgetSeconds: HOUR}]) {
      const row = await rowOf(source, {point});
      expect(row.environments).toEqual(["optimize_kernel"]);
      expect(row.leftOut).toEqual([
        {environment: "fix_embedding", reason: "only A has attempts"},
        {environment: "restricted_mlm", reason: "only B has attempts"}, // too few for k = 2, and not in the way
      ]);
      expect([row.a.attempts, row.b.attempts]).toEqual([3, 2]);
      expect(row.scoreB.value).toBeCloseTo(0.7, 12);
      expect(row.signFlips).toMatchObject({p: 1, smallestP: 1});
    }
  });

  it("with hidden scores count by their mean at any k", async () => {
    const source = await sourceOf(
      ["A", "B"].flatMap((agent) => [
        ...attemptsOf(draw(agent, 4), {agent}),
        ...attemptsOf(agent === "A" ? [0.2, 0.4, 0.9] : [0.1, 0.2], {agent, environment: "scaling_law"}),
      ]),
    );
    const row = await rowOf(source, {point: at(1800, 4)});
    expect(row.environments).toEqual(["fix_embedding", "scaling_law"]);
    expect(row.difference.value).toBeCloseTo((Math.max(...draw("A", 4)) - Math.max(...draw("B", 4)) + 0.5 - 0.15) / 2, 12);
    expect(row.permutation.arrangements).toBe(70 * 10);
  });

  it("that --too-few drop leaves out of one side are left out of both", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.1, 0.2, 0.3], {agent: "A"}),
      ...attemptsOf([0.4], {agent: "B"}),
      ...attemptsOf([0.5, 0.9], {agent: "A", environment: "optimize_kernel"}),
      ...attemptsOf([0.4, 0.7], {agent: "B", environment: "optimize_kernel"}),
    ]);
    expect((await rowOf(source, {point: at(1800, 2)})).difference.reason).toContain("B: too few attempts for k = 2");
    const row = await rowOf(source, {point: at(1800, 2), tooFew: "drop"});
    expect(row).toMatchObject({environments: ["optimize_kernel"], leftOut: [{environment: "fix_embedding", reason: "too few attempts"}]});
    expect(row.difference.value).toBeCloseTo(0.2, 12);
    const clamped = await rowOf(source, {point: at(1800, 2), tooFew: "clamp"});
    expect(clamped.permutation).toMatchObject({p: null, reason: expect.stringContaining("--too-few clamp changed in fix_embedding")});
    expect(clamped.signFlips.p).not.toBeNull();
  });

  it("must all be there with --require-all", async () => {
    const row = await rowOf(await twoSides(), {requireAll: true});
    expect(row.difference).toMatchObject({value: null, reason: expect.stringContaining("--require-all: no attempts in gpt2_qa_rl")});
  });
});

describe("a budget", () => {
  const source = () =>
    sourceOf([
      ...attemptsOf(draw("a", 20), {agent: "A"}),
      ...attemptsOf(draw("b", 6, 0.8), {agent: "A", timeLimitSeconds: 2 * HOUR}),
      ...attemptsOf(draw("c", 7), {agent: "A", environment: "rust_codecontests"}),
      ...attemptsOf(draw("d", 9, 0.5), {agent: "B"}),
      ...attemptsOf(draw("e", 5), {agent: "B", environment: "optimize_kernel"}),
    ]);

  it("is spent as analyze --common spends it", async () => {
    const store = await source();
    const row = await rowOf(store, {point: {budgetSeconds: 4 * HOUR}});
    const {budgets} = await analyze(store, {...options({common: true}), budgets: [2 * HOUR, 4 * HOUR]});
    const [half, a, , b] = budgets;
    expect([a!.agent, b!.agent, a!.timeLimitSeconds, b!.timeLimitSeconds]).toEqual(["A", "B", 2 * HOUR, 1800]);
    expect(row.environments).toEqual(a!.environments);
    expect([row.scoreA.value, row.scoreA.low, row.scoreA.high]).toEqual([a!.score, a!.low, a!.high]);
    expect([row.scoreB.value, row.b.timeLimitSeconds, row.b.k]).toEqual([b!.score, b!.timeLimitSeconds, b!.k]);
    expect(row.gainA.value).toBeCloseTo(a!.score! - half!.score!, 12);
  });

  it("has no permutation of labels where limit or k differ, and says so; signs can be flipped all the same", async () => {
    const row = await rowOf(await source(), {point: {budgetSeconds: 4 * HOUR}});
    const reason = "labels can be exchanged only where both sides have the same limit and k, here 2h@2 and 30m@8";
    expect(row.permutation).toEqual({p: null, method: null, arrangements: null, replicates: null, smallestP: null, reason});
    expect(row.signFlips).toMatchObject({p: 1, method: "exact"});
    expect(row.testsDisagree).toBeNull();
  });

  it("has no gain where half of it cannot be spent in the same environments", async () => {
    const row = await rowOf(await source(), {point: {budgetSeconds: 1800}});
    expect(row.gainA).toMatchObject({value: null, reason: expect.stringContaining("no gain per doubling: at 15m ")});
  });
});

describe("what cannot be said", () => {
  it("is null with the reason where a side has no attempts at the limit", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.1, 0.2], {agent: "A"}),
      ...attemptsOf([0.5, 0.6], {participant: PERSON, timeLimitSeconds: 8 * HOUR}),
    ]);
    const row = await rowOf(source, {pair: ["A", "human"], point: at(1800, 1)});
    const reason = "human: no attempts at 30m (there are attempts of 8h)";
    for (const name of STATISTICS) expect(row[name]).toMatchObject({value: null, low: null, high: null, reason});
    expect(row.scoreA).toMatchObject({value: null, reason: `not compared: ${reason}`});
    expect(row).toMatchObject({permutation: {p: null, reason}, signFlips: {p: null, reason}, smallestDifference: {value: null, reason}});
    expect(row.b).toMatchObject({agent: "human", kind: "human", timeLimitSeconds: null, k: null});
  });

  it("is null where no environment has attempts of both, or all attempts of a side are left out", async () => {
    const apart = await sourceOf([...attemptsOf([0.1], {agent: "A"}), ...attemptsOf([0.5], {agent: "B", environment: "optimize_kernel"})]);
    expect((await rowOf(apart)).difference.reason).toBe("no environment in which both have attempts");
    const lost = await sourceOf([attempt({agent: "A"}), attempt({agent: "B", status: "error"})]);
    expect((await rowOf(lost)).difference.reason).toContain("B: no attempts at 30m");
  });

  it("is an interval with one attempt in an environment: the value stays, its side is named", async () => {
    const row = await rowOf(await sourceOf([...attemptsOf([0.1, 0.4], {agent: "A"}), ...attemptsOf([0.2], {agent: "B"})]));
    const reason = "no interval: one attempt only in fix_embedding (B)";
    expect(row.scoreA.low).not.toBeNull();
    expect(row.difference).toMatchObject({low: null, high: null, reason});
    expect(row.difference.value).toBeCloseTo(0.05, 12);
    expect(row.smallestDifference).toMatchObject({
      value: null,
      reason: "no standard error of the difference: one attempt only in fix_embedding (B)",
    });
    expect(row.permutation).toMatchObject({p: 1, arrangements: 3});
  });

  it("is an interval without replicates; the tests need none", async () => {
    const row = await rowOf(await twoSides(), {bootstrap: 0});
    for (const name of ["difference", "ratio", "probabilityOfImprovement"] as const) {
      expect(row[name]).toMatchObject({low: null, high: null, reason: "no interval: no bootstrap replicates were asked for"});
    }
    expect(row.permutation.p).not.toBeNull();
  });

  it("is a ratio to 0, and the interval of one that is to 0 in some replicates", async () => {
    const zeros = await rowOf(await sourceOf([...attemptsOf([0.1, 0.4], {agent: "A"}), ...attemptsOf([0, 0, 0], {agent: "B"})]));
    expect(zeros.ratio).toMatchObject({value: null, reason: "no ratio: the score of B is 0"});
    const some = await rowOf(await sourceOf([...attemptsOf([0.1, 0.4], {agent: "A"}), ...attemptsOf([0, 0, 1], {agent: "B"})]));
    expect(some.ratio.value).toBeCloseTo(0.75, 12);
    expect(some.ratio.reason).toMatch(/^no interval: the score of B, which is divided by, is 0 or below in \d+ of 200 replicates$/);
    const below = [...attemptsOf([0.1, 0.4], {agent: "A"}), ...attemptsOf([-1, 0.5], {agent: "B"})];
    expect((await rowOf(await sourceOf(below), {floor: false})).ratio.reason).toBe("no ratio: the score of B is below 0");
  });

  it("is nothing but a point where all scores are equal", async () => {
    const row = await rowOf(await sourceOf([...attemptsOf([0, 0, 0], {agent: "A"}), ...attemptsOf([0, 0], {agent: "B"})]));
    expect(row.difference).toMatchObject({value: 0, low: 0, high: 0, degenerate: true, reason: null});
    expect(row.probabilityOfImprovement).toMatchObject({value: 0.5, low: 0.5, high: 0.5, degenerate: true});
    expect([row.permutation.p, row.signFlips.p]).toEqual([1, 1]);
    expect(row.smallestDifference.reason).toBe("no standard error of the difference: all scores are equal");
  });
});

describe("resampling", () => {
  it("of environments is paired: what differs by the same everywhere has no spread", async () => {
    const source = await sourceOf(
      ENVIRONMENTS.slice(0, 3).flatMap((environment, e) => [
        ...attemptsOf([0.2 * e, 0.2 * e], {agent: "A", environment}),
        ...attemptsOf([0.2 * e + 0.3, 0.2 * e + 0.3], {agent: "B", environment}),
      ]),
    );
    const row = await rowOf(source, {resample: "environments"});
    expect(row.scoreA.high! - row.scoreA.low!).toBeGreaterThan(0.1);
    expect(row.difference).toMatchObject({degenerate: true});
    expect(row.difference.value).toBeCloseTo(-0.3, 12);
  });

  it.each(["environments", "people"] as const)("of %s gives every statistic an interval, and the same p", async (resample) => {
    const source = await twoSides();
    const [usual, row] = [await rowOf(source, {point: at(1800, 2)}), await rowOf(source, {point: at(1800, 2), resample})];
    for (const name of STATISTICS) {
      expect(row[name].value).toBe(usual[name].value);
      expect(row[name].low).toBeLessThan(row[name].high!);
      expect(row[name].low).not.toBe(usual[name].low);
    }
    expect([row.permutation, row.signFlips]).toEqual([usual.permutation, usual.signFlips]);
  });

  it("of people counts the replicates that leave too few attempts for k", async () => {
    const person = (id: string) => ({...PERSON, person: id});
    const source = await sourceOf([
      ...[0.1, 0.9, 0.3].map((finalScore, i) => attempt({participant: person(`p${i}`), timeLimitSeconds: 8 * HOUR, finalScore})),
      ...[0.2, 0.6].map((finalScore, i) =>
        attempt({participant: person(`p${i}`), environment: "optimize_kernel", timeLimitSeconds: 8 * HOUR, finalScore}),
      ),
      ...attemptsOf([0.5, 0.3, 0.4], {agent: "A", timeLimitSeconds: 8 * HOUR}),
      ...attemptsOf([0.5, 0.3, 0.4], {agent: "A", timeLimitSeconds: 8 * HOUR, environment: "optimize_kernel"}),
    ]);
    const row = await rowOf(source, {pair: ["A", "human"], point: at(8 * HOUR, 2), resample: "people"});
    expect(row.difference.undefinedReplicates).toBeGreaterThan(0);
    expect(row.difference.low).toBeLessThan(row.difference.high!);
    expect(row.b.redrawn).toBeGreaterThan(0);
  });
});

describe("what the bootstrap cannot say", () => {
  it("one environment cannot be drawn in another's place", async () => {
    const source = await sourceOf([...attemptsOf([0.1, 0.9, 0.4], {agent: "A"}), ...attemptsOf([0.2, 0.3, 0.5], {agent: "B"})]);
    const {difference, smallestDifference} = await rowOf(source, {resample: "environments"});
    expect(difference).toMatchObject({low: null, high: null, reason: expect.stringContaining("one environment only (fix_embedding)")});
    expect(smallestDifference.value).toBeNull();
  });

  it("a few replicates that are defined make no interval of the others", async () => {
    const person = (id: string) => ({...PERSON, person: id});
    const source = await sourceOf([
      ...[0.1, 0.9, 0.3, 0.5].map((finalScore, i) => attempt({participant: person(`p${i}`), finalScore})),
      ...[0.2, 0.6, 0.4, 0.8].map((finalScore, i) => attempt({participant: person(`q${i}`), environment: "optimize_kernel", finalScore})),
      ...attemptsOf([0.5, 0.3, 0.4, 0.1], {agent: "A"}),
      ...attemptsOf([0.5, 0.3, 0.4, 0.9], {agent: "A", environment: "optimize_kernel"}),
    ]);
    const {difference} = await rowOf(source, {pair: ["A", "human"], point: at(1800, 4), resample: "people"});
    expect(difference.undefinedReplicates).toBeGreaterThan(100);
    expect(difference).toMatchObject({
      low: null,
      high: null,
      standardError: null,
      reason: expect.stringMatching(/only \d+ of 200 replicates define it/),
    });
  });

  it("says where scores are not calibrated, and who names nobody", async () => {
    const source = await sourceOf([...attemptsOf([0.1, 0.9, 0.4], {agent: "A"}), ...attemptsOf([0.2, 0.3, 0.5], {agent: "B"})]);
    const {rows, warnings} = await result(source, {resample: "people"});
    expect([rows[0]!.a.calibrated, rows[0]!.b.calibrated]).toEqual([false, false]);
    const messages = warnings.map(({message}) => message).join("\n");
    expect(messages).toMatch(/intervals with A .*, B .* may hold the truth less often/);
    expect(messages).toContain("6 of 6 attempts name no person");
  });
});

describe("the tests", () => {
  it("can disagree, and are said to", async () => {
    const source = await sourceOf(
      ENVIRONMENTS.slice(0, 2).flatMap((environment) => [
        ...attemptsOf([1, 1.1, 1.2, 1.3], {agent: "A", environment}),
        ...attemptsOf([0, 0.1, 0.2, 0.3], {agent: "B", environment}),
      ]),
    );
    const row = await rowOf(source);
    expect(row).toMatchObject({permutation: {p: 2 / 4900}, signFlips: {p: 0.5, smallestP: 0.5}, testsDisagree: true});
    expect((await rowOf(source, {alpha: 0.6})).testsDisagree).toBe(false);
  });

  it("do not permute labels of attempts that were made at different limits", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.5, 0.3], {agent: "A", timeLimitSeconds: 2 * HOUR}),
      ...[0.1, 0.2].map((score) => logged([[HOUR, score]], {participant: PERSON})),
    ]);
    const row = await rowOf(source, {pair: ["A", "human"], point: at(2 * HOUR, 1)});
    expect(row.b).toMatchObject({timeLimitSeconds: 2 * HOUR, slicedFromSeconds: 8 * HOUR});
    expect(row.difference.value).toBeCloseTo(0.25, 12);
    expect(row.permutation.reason).toBe("labels can be exchanged only where attempts were made at the same limit, here 2h and 8h");
  });

  it("warn where one person made several of the attempts", async () => {
    const twice = [0.1, 0.2].map((finalScore) => attempt({participant: PERSON, timeLimitSeconds: 8 * HOUR, finalScore}));
    const source = await sourceOf([...twice, ...attemptsOf([0.5, 0.3], {agent: "A", timeLimitSeconds: 8 * HOUR})]);
    const {warnings} = await result(source, {pair: ["A", "human"], point: at(8 * HOUR, 1)});
    expect(warnings).toContainEqual(expect.objectContaining({code: "repeated-people", agent: "human"}));
  });
});

describe("every pair", () => {
  it("has p adjusted for the pairs that have one, people among them", async () => {
    const source = await sourceOf([
      ...["A", "B", "C"].flatMap((agent, i) => attemptsOf(draw(agent, 5, i / 2), {agent, timeLimitSeconds: 8 * HOUR})),
      ...attemptsOf(draw("people", 4), {participant: PERSON, timeLimitSeconds: 8 * HOUR}),
      ...attemptsOf(draw("elsewhere", 4), {agent: "D", environment: "optimize_kernel", timeLimitSeconds: 8 * HOUR}),
    ]);
    const {rows, settings} = await result(source, {pair: null, point: at(8 * HOUR, 1)});
    const name = ({a, b}: ComparisonRow) => `${a.agent} ${b.agent}`;
    expect(rows.map(name)).toEqual(["A B", "A C", "A D", "A human", "B C", "B D", "B human", "C D", "C human", "D human"]);
    const tested = rows.filter(({adjusted}) => adjusted !== null);
    expect(tested.map(name)).toEqual(["A B", "A C", "A human", "B C", "B human", "C human"]);
    const ps = tested.map(({permutation}) => permutation.p!);
    expect(tested.map(({adjusted}) => adjusted)).toEqual(
      ps.map((p, i) => ({test: "permutation", p, holm: holm(ps)[i], benjaminiHochberg: benjaminiHochberg(ps)[i], comparisons: 6})),
    );
    expect(settings.command).toMatchObject({all: true, pair: null, at: "8h@1", alpha: 0.05, power: 0.8, permutations: 199});
    expect((await result(source, {pair: null, point: at(8 * HOUR, 1), agents: ["A", "human"]})).rows.map(name)).toEqual(["A human"]);
  });

  it("takes flipped signs where labels cannot be permuted", async () => {
    const {rows} = await result(await twoSides(), {pair: null, point: {budgetSeconds: HOUR}, agents: ["A", "B"]});
    expect(rows[0]!.adjusted).toBeNull(); // one pair: nothing to adjust for
    const source = await sourceOf([
      ...attemptsOf(draw("a", 3), {agent: "A"}),
      ...attemptsOf(draw("b", 3), {agent: "B", timeLimitSeconds: HOUR}),
      ...attemptsOf(draw("c", 3), {agent: "C"}),
    ]);
    const found = (await result(source, {pair: null, point: {budgetSeconds: HOUR}})).rows;
    expect(found.map(({adjusted}) => adjusted!.test)).toEqual(["sign-flips", "permutation", "sign-flips"]);
    expect(found[0]!.adjusted!.p).toBe(found[0]!.signFlips.p);
  });
});

describe("wrong questions", () => {
  it.each([
    [{pair: ["A", "A"] as const}, '"A" is compared with itself'],
    [{by: "environment" as const}, "--by environment"],
    [{pair: ["A", "Bee"] as const}, 'no agent "Bee"; did you mean'],
  ])("%j are errors", async (changes, message) => {
    await expect(result(await twoSides(), changes)).rejects.toThrow(message);
  });
});

function expectClose(found: readonly (number | null)[], expected: readonly (number | null)[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value!, 12);
}
