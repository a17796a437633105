import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {aggregateScore, type Part} from "../../src/score/aggregate.js";
import {bootstrap} from "../../src/score/bootstrap.js";
import {type IntervalMethod, type IntervalOptions, intervalOf} from "../../src/score/interval.js";
import {acceleration, medianBias} from "../../src/score/intervals/bca.js";
import {defaultResampleSize} from "../../src/score/intervals/mOutOfN.js";
import {exactVariance} from "../../src/score/intervals/normal.js";
import {influences, standardErrorOf} from "../../src/score/jackknife.js";
import type {ResamplingScheme} from "../../src/score/resample/job.js";
import {type Estimator, scoreAtK} from "../../src/score/scoreAtK.js";
import {allResamples, type FixtureEnvironment, fixture, partsOf, type Resamples, replicatesOf} from "./intervalFixtures.js";

type Changes = Partial<IntervalOptions>;
const optionsOf = (changes: Changes): IntervalOptions => {
  return {method: "percentile", scheme: "attempts", estimator: "without-replacement", level: 0.95, resampleSize: null, ...changes};
};
const part = (environment: string, scores: number[], k = 1, people?: (string | null)[]): Part => {
  return {environment, combine: "best", scores, k, ...(people && {people})};
};

/** The interval of parts, drawn and made as the options say. */
function drawn(parts: Part[], changes: Changes = {}, replicates = 2000) {
  const options = optionsOf(changes);
  const {method, scheme, estimator} = options;
  const [own] = bootstrap([parts], {
    replicates,
    seed: 1,
    estimator,
    agent: "A",
    timeLimitSeconds: 1800,
    scheme,
    standardErrors: method === "studentized",
    ...(method === "m-out-of-n" && {resampleSize: (n: number) => Math.min(n, options.resampleSize ?? defaultResampleSize(n))}),
  });
  return intervalOf(parts, aggregateScore(parts, estimator), own!, options);
}

type Row = {
  estimator: Estimator;
  k: number;
  score: number;
  standardError: number | null;
  acceleration: number | null;
  undefined: string | null;
};
type Case<R> = {name: string; environments: FixtureEnvironment[]; rows: (Row & R)[]};
const close = (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));

describe("the jackknife", () => {
  const cases = fixture("jackknife").cases as Case<{environments: {influences: number[]}[]}>[];
  it.each(cases.map((each) => [each.name, each] as const))("agrees with leaving each attempt out: %s", (_, {environments, rows}) => {
    for (const row of rows) {
      const parts = partsOf(environments, row.k);
      const found = influences(parts, {scheme: "attempts", estimator: row.estimator});
      if (row.undefined !== null) {
        expect(found).toMatchObject({reason: expect.stringContaining("too few")});
        continue;
      }
      if ("reason" in found) throw new Error(found.reason);
      close(standardErrorOf(found.samples), row.standardError!);
      for (const [e, sample] of found.samples.entries()) {
        sample.forEach((influence, i) => {
          close(influence * parts.length, row.environments[e]!.influences[i]!);
        });
      }
      if (row.acceleration === null) expect(acceleration(found.samples) ?? 0).toBeCloseTo(0, 6);
      else close(acceleration(found.samples)!, row.acceleration);
    }
  });

  const people = fixture("people").cases as (Case<{
    leftOut: number[];
    draws: number;
    drawsEmpty: number;
    drawsTooFew: number;
    mean: number;
    variance: number;
  }> & {
    attempts: {environment: string; person: string | null; score: number}[];
  })[];
  const partsOfAttempts = (attempts: (typeof people)[number]["attempts"], k: number): Part[] =>
    [...new Set(attempts.map(({environment}) => environment))].map((environment) => {
      const own = attempts.filter((attempt) => attempt.environment === environment);
      return part(
        environment,
        own.map(({score}) => score),
        k,
        own.map(({person}) => person),
      );
    });
  it.each(people.map((each) => [each.name, each] as const))(
    "and the bootstrap agree with leaving out and drawing each person: %s",
    (_, {attempts, rows}) => {
      for (const row of rows) {
        const parts = partsOfAttempts(attempts, row.k);
        const found = influences(parts, {scheme: "people", estimator: row.estimator});
        if (row.undefined !== null) expect(found).toHaveProperty("reason");
        else if ("reason" in found) throw new Error(found.reason);
        else {
          close(standardErrorOf(found.samples), row.standardError!);
          if (row.acceleration !== null) close(acceleration(found.samples)!, row.acceleration);
        }
        const replicates = 20_000;
        const [own] = bootstrap([parts], {
          replicates,
          seed: 1,
          estimator: row.estimator,
          agent: "A",
          timeLimitSeconds: 1,
          scheme: "people",
        });
        const defined = own!.values.filter((value) => !Number.isNaN(value));
        if (row.draws === row.drawsEmpty + row.drawsTooFew) {
          expect(defined.length).toBe(0);
          continue;
        }
        const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
        expect(Math.abs(mean - row.mean)).toBeLessThan(5 * Math.sqrt(row.variance / defined.length) + 1e-12);
        const shareOf = (count: number, of: number) => ({share: count / of, error: Math.sqrt(0.25 / replicates)});
        const empty = shareOf(row.drawsEmpty, row.draws);
        expect(Math.abs(own!.redrawn / (own!.redrawn + replicates) - empty.share)).toBeLessThan(5 * empty.error);
        const few = shareOf(row.drawsTooFew, row.draws - row.drawsEmpty);
        expect(Math.abs((replicates - defined.length) / replicates - few.share)).toBeLessThan(5 * few.error);
      }
    },
  );
});

describe("studentized", () => {
  const cases = fixture("studentized").cases as (Case<{
    interval: {low: number; high: number} | null;
    intervalWithInfinite: {low: number | null; high: number | null} | null;
    bothZero: number;
    replicates?: number[];
    standardErrors?: number[];
  }> & {resamples: "all" | Resamples})[];
  it.each(cases.map((each) => [each.name, each] as const))("agrees on given resamples: %s", (_, {environments, rows, resamples}) => {
    const lists = resamples === "all" ? allResamples(environments.map(({scores}) => scores.length)) : resamples;
    for (const row of rows) {
      const parts = partsOf(environments, row.k);
      const replicates = replicatesOf(parts, lists, row.estimator);
      row.replicates?.forEach((value, b) => {
        close(replicates.values[b]!, value);
        if (row.standardErrors?.[b] != null) close(replicates.standardErrors![b]!, row.standardErrors[b]!);
      });
      const found = intervalOf(
        parts,
        aggregateScore(parts, row.estimator),
        replicates,
        optionsOf({method: "studentized", estimator: row.estimator}),
      );
      const expected = row.intervalWithInfinite;
      if (row.undefined != null || expected == null || expected.low === null || expected.high === null) {
        expect(found).toMatchObject({low: null, high: null, reason: expect.stringContaining("studentized")});
      } else {
        close(found.low!, expected.low);
        close(found.high!, expected.high);
        expect(found.undefinedReplicates).toBe(row.bothZero);
      }
    }
  });
});

describe("BCa and percentile", () => {
  type Bca = {
    level: number;
    below: number;
    tied: number;
    z0: number | null;
    low: number | null;
    high: number | null;
    undefined: string | null;
  };
  const cases = fixture("bca").cases as (Case<{
    percentile: {level: number; low: number; high: number}[];
    bca: Bca[];
    replicates: number[];
  }> & {resamples: Resamples})[];
  it.each(cases.map((each) => [each.name, each] as const))("agree on given resamples: %s", (_, {environments, rows, resamples}) => {
    for (const row of rows) {
      const parts = partsOf(environments, row.k);
      const replicates = replicatesOf(parts, resamples, row.estimator);
      const score = aggregateScore(parts, row.estimator);
      const of = (method: IntervalMethod, level: number) =>
        intervalOf(parts, score, replicates, optionsOf({method, level, estimator: row.estimator}));
      for (const {level, low, high} of row.percentile) {
        close(of("percentile", level).low!, low);
        close(of("percentile", level).high!, high);
      }
      for (const expected of row.bca) {
        const found = of("bca", expected.level);
        if (expected.low === null || expected.high === null) {
          expect(found).toMatchObject({low: null, high: null, reason: expect.stringContaining("BCa")});
          continue;
        }
        close(medianBias(replicates.values, score), expected.z0!);
        close(found.low!, expected.low);
        close(found.high!, expected.high);
      }
    }
  });
});

describe("the exact variance", () => {
  type Exact = {mean: number; variance: number; normalLow: number | null; normalHigh: number | null};
  const cases = fixture("exact").cases as Case<Exact>[];
  it.each(cases.map((each) => [each.name, each] as const))("is what enumerating all resamples gives: %s", (_, {environments, rows}) => {
    for (const row of rows) {
      const parts = partsOf(environments, row.k);
      close(exactVariance(parts, row.estimator) as number, row.variance);
      const normal = drawn(parts, {method: "normal", estimator: row.estimator}, 0);
      if (normal.low === null) continue;
      close(normal.low, row.normalLow ?? row.score);
      close(normal.high!, row.normalHigh ?? row.score);
    }
  });

  it("checks the Monte Carlo replicates, mean and variance, both estimators", () => {
    for (const {environments, rows} of cases.filter(({name}) => name === "n = 60 and 35 and 20" || name === "random")) {
      for (const row of rows) {
        const parts = partsOf(environments, row.k);
        const replicates = 20_000;
        const [own] = bootstrap([parts], {replicates, seed: 7, estimator: row.estimator, agent: "A", timeLimitSeconds: 1});
        const mean = own!.values.reduce((sum, value) => sum + value, 0) / replicates;
        const squares = own!.values.map((value) => (value - mean) ** 2);
        const variance = squares.reduce((sum, value) => sum + value, 0) / replicates;
        const errorOfVariance = Math.sqrt(squares.reduce((sum, value) => sum + (value - variance) ** 2, 0)) / replicates;
        expect(Math.abs(mean - row.mean)).toBeLessThan(5 * Math.sqrt(row.variance / replicates) + 1e-12);
        expect(Math.abs(variance - row.variance)).toBeLessThan(5 * errorOfVariance + 1e-12);
      }
    }
  });
});

describe("environments, then attempts", () => {
  type Exact = {mean: number; variance: number};
  const cases = (fixture("environments").cases as Case<Exact>[]).filter(({environments}) => environments.length > 1);
  it.each(cases.map((each) => [each.name, each] as const))("has the exact mean and variance: %s", (_, {environments, rows}) => {
    for (const row of rows) {
      const parts = partsOf(environments, row.k);
      const replicates = 40_000;
      const [own] = bootstrap([parts], {
        replicates,
        seed: 3,
        estimator: row.estimator,
        agent: "A",
        timeLimitSeconds: 1,
        scheme: "environments",
      });
      const mean = own!.values.reduce((sum, value) => sum + value, 0) / replicates;
      const squares = own!.values.map((value) => (value - mean) ** 2);
      const variance = squares.reduce((sum, value) => sum + value, 0) / replicates;
      const errorOfVariance = Math.sqrt(squares.reduce((sum, value) => sum + (value - variance) ** 2, 0)) / replicates;
      expect(Math.abs(mean - row.mean)).toBeLessThan(5 * Math.sqrt(row.variance / replicates));
      expect(Math.abs(variance - row.variance)).toBeLessThan(5 * errorOfVariance);
    }
  });

  it("and people count the draws again of their own environments, whatever else is asked for", () => {
    const people = [part("a", [1, 2], 1, ["p", "q"]), part("b", [2, 3, 4], 1, ["p", "r", "s"])];
    const options = {
      replicates: 500,
      seed: 1,
      estimator: "without-replacement" as const,
      agent: "A",
      timeLimitSeconds: 1,
      scheme: "people" as const,
    };
    const [both, alone] = bootstrap([people, [people[1]!]], options);
    expect(both!.redrawn).toBe(bootstrap([people], options)[0]!.redrawn);
    expect(alone!.redrawn).toBe(bootstrap([[people[1]!]], options)[0]!.redrawn);
    expect(both!.redrawn).toBeGreaterThan(alone!.redrawn);
  });

  it("are the same environments for all participants, so that differences are paired", () => {
    const parts = [part("a", [1, 1]), part("b", [2, 2]), part("c", [5, 5])];
    const of = (agent: string) =>
      bootstrap([parts], {
        replicates: 100,
        seed: 1,
        estimator: "without-replacement",
        agent,
        timeLimitSeconds: 1,
        scheme: "environments",
      })[0]!.values;
    expect(of("A")).toEqual(of("B"));
  });
});

describe("m-out-of-n", () => {
  const {sizes, cases} = fixture("mOutOfN") as unknown as {
    sizes: {n: number; m: number}[];
    cases: (Case<{low: number; high: number; replicates: number[]}> & {m: number; resamples: Resamples})[];
  };
  it("draws the least integer not below n to the power 2/3", () => {
    for (const {n, m} of sizes) expect([n, defaultResampleSize(n)]).toEqual([n, m]);
  });

  it.each(cases.map((each) => [each.name, each] as const))("agrees on given resamples: %s", (_, {environments, rows, resamples, m}) => {
    const estimator = "with-replacement";
    for (const row of rows) {
      const parts = partsOf(environments, row.k);
      const score = aggregateScore(parts, estimator);
      const {values} = replicatesOf(parts, resamples, estimator);
      const scale = Math.sqrt(m / environments[0]!.scores.length);
      const scaled = values.map((value, b) => {
        close(value, row.replicates[b]!);
        return score + scale * (value - score);
      });
      const found = intervalOf(
        parts,
        score,
        {values: scaled, standardErrors: null, leftOut: null, redrawn: 0},
        optionsOf({method: "m-out-of-n", estimator}),
      );
      close(found.low!, row.low);
      close(found.high!, row.high);
    }
  });

  it("scales each environment's deviation by its own √(m/n)", () => {
    const [few, many] = [Array.from({length: 8}, (_, i) => i / 8), Array.from({length: 64}, (_, i) => (i / 64) ** 2)];
    const replicates = 40_000;
    const parts = [part("a", few, 3), part("b", many, 3)];
    const [own] = bootstrap([parts], {
      replicates,
      seed: 1,
      estimator: "with-replacement",
      agent: "A",
      timeLimitSeconds: 1,
      resampleSize: defaultResampleSize,
    });
    // mean: Σ √(m/n) · bias of m draws; the bias by enumeration-free averaging of many small resamples, each environment alone
    const alone = parts.map((each) => {
      const [single] = bootstrap([[each]], {
        replicates,
        seed: 1,
        estimator: "with-replacement",
        agent: "A",
        timeLimitSeconds: 1,
        resampleSize: defaultResampleSize,
      });
      return single!.values.map((value) => value - scoreAtK(each.scores, 3, "with-replacement"));
    });
    const score = aggregateScore(parts, "with-replacement");
    own!.values.forEach((value, b) => {
      expect(value).toBeCloseTo(score + (alone[0]![b]! + alone[1]![b]!) / 2, 12);
    });
  });
});

describe("every interval", () => {
  const [a, b] = [Array.from({length: 12}, (_, i) => (i * 0.37) % 1), Array.from({length: 14}, (_, i) => (i * 0.59) % 1.3)];
  const methods: IntervalMethod[] = ["percentile", "bca", "studentized", "normal", "m-out-of-n"];
  const estimatorFor = (method: IntervalMethod): Estimator => (method === "m-out-of-n" ? "with-replacement" : "without-replacement");

  it.each(methods)("%s contains the score at k = 1, narrows with its level, and follows shift and scale", (method) => {
    const of = (parts: Part[], level = 0.95) => drawn(parts, {method, level, estimator: estimatorFor(method)});
    const parts = [part("a", a), part("b", b)];
    const score = aggregateScore(parts, "without-replacement");
    const [wide, narrow] = [of(parts), of(parts, 0.5)];
    expect(wide.low).toBeLessThan(narrow.low!);
    expect(narrow.low).toBeLessThan(score);
    expect(narrow.high).toBeGreaterThan(score);
    expect(wide.high).toBeGreaterThan(narrow.high!);
    const moved = of([
      part(
        "a",
        a.map((x) => 2 * x + 3),
      ),
      part(
        "b",
        b.map((x) => 2 * x + 3),
      ),
    ]);
    close(moved.low!, 2 * wide.low! + 3);
    close(moved.high!, 2 * wide.high! + 3);
  });

  it.each(methods)("%s is null where an environment has a single attempt, and names it", (method) => {
    const found = drawn([part("a", a), part("one", [0.5])], {method, estimator: estimatorFor(method)});
    expect(found).toMatchObject({low: null, high: null, reason: "no interval: one attempt only in one", degenerate: false});
  });

  it.each(methods)("%s is a point, marked degenerate, only where all scores of each environment are equal", (method) => {
    const estimator = estimatorFor(method);
    const all = drawn([part("a", [0.3, 0.3, 0.3], 2), part("b", [0.7, 0.7])], {method, estimator});
    expect(all).toMatchObject({low: 0.5, high: 0.5, degenerate: true, reason: null});
    expect(drawn([part("a", [0, 0, 0]), part("b", b)], {method, estimator})).toMatchObject({degenerate: false, reason: null});
    expect(drawn([part("a", [0, 0, 0])], {method, estimator})).toMatchObject({low: 0, high: 0, degenerate: true});
  });

  it("of two attempts is what two attempts can say, or a reason", () => {
    for (const method of methods) {
      const found = drawn([part("a", [0, 1])], {method, estimator: estimatorFor(method)});
      if (found.low === null) expect(found.reason).toMatch(/studentized|BCa/);
      else expect(found.low).toBeLessThan(found.high!);
    }
  });

  it("at k = n says that BCa and studentized cannot leave an attempt out", () => {
    for (const method of ["bca", "studentized"] as const) {
      expect(drawn([part("a", a, 12)], {method}).reason).toMatch(/too few for k in a \(n = 12\)/);
    }
  });

  it("needs two replicates, normal none", () => {
    expect(drawn([part("a", a)], {}, 1)).toMatchObject({
      low: null,
      bootstrapMean: expect.any(Number),
      reason: expect.stringContaining("fewer than two"),
    });
    expect(drawn([part("a", a)], {}, 0)).toMatchObject({low: null, bootstrapMean: null, reason: expect.stringContaining("no bootstrap")});
    expect(drawn([part("a", a)], {}, 2).reason).toBeNull();
    expect(drawn([part("a", a)], {method: "normal"}, 0).reason).toBeNull();
  });

  it("is null where the replicates agree although the scores differ, rounding aside", () => {
    const ties = [...Array<number>(60).fill(0.3), ...Array<number>(60).fill(0.1)];
    const {low, high, degenerate, reason, bootstrapMean} = drawn([part("a", ties, 110)]);
    expect({low, high, degenerate}).toEqual({low: null, high: null, degenerate: false});
    expect(reason).toBe("no interval: the replicates agree although the scores differ");
    expect(bootstrapMean).toBeCloseTo(0.3, 12);
  });

  it("over environments or people needs two of them", () => {
    expect(drawn([part("a", a)], {scheme: "environments"}).reason).toContain("one environment only (a)");
    const [p, q] = ["p", "q"];
    const one = drawn([part("a", [1, 2, 3], 1, [p, p, p]), part("b", [1, 2], 1, [p, q])], {scheme: "people"});
    expect(one.reason).toBe("no interval: one person only in a");
    const schemes: ResamplingScheme[] = ["environments", "people"];
    for (const scheme of schemes) {
      for (const method of ["percentile", "bca", "studentized"] as const) {
        const parts = [part("a", a), part("b", b), part("c", [0.2, 0.9, 0.4, 0.1])];
        const found = drawn(parts, {scheme, method});
        if (found.low === null) expect(found.reason).toContain(method === "bca" ? "BCa" : method);
        else expect(found.low).toBeLessThan(found.high!);
      }
    }
  });

  it("does not depend on the order of attempts beyond the draw, nor on people who have one attempt each being named", () => {
    const named = part(
      "a",
      a,
      2,
      a.map((_, i) => `p${i}`),
    );
    expect(drawn([named], {scheme: "people"})).toEqual(drawn([part("a", a, 2)], {scheme: "people"}));
  });

  it("is never inside out, and never NaN", () => {
    const scores = fc.array(fc.oneof(fc.constant(0), fc.double({min: -2, max: 5, noNaN: true})), {minLength: 1, maxLength: 7});
    const schemes = fc.constantFrom<ResamplingScheme>("attempts", "environments", "people");
    fc.assert(
      fc.property(
        scores,
        scores,
        schemes,
        fc.constantFrom(...methods),
        fc.integer({min: 1, max: 4}),
        (first, second, scheme, method, k) => {
          if (scheme !== "attempts" && (method === "normal" || method === "m-out-of-n")) return;
          const parts = [part("a", first, Math.min(k, first.length)), part("b", second, Math.min(k, second.length))];
          const found = drawn(parts, {scheme, method, estimator: estimatorFor(method)}, 50);
          if (found.low === null) expect(found.reason).toMatch(/no interval: ./);
          else expect(found.low).toBeLessThanOrEqual(found.high!);
        },
      ),
      {numRuns: 200},
    );
  });
});
