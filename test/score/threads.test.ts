import {expect, it} from "vitest";
import {randomStream} from "../../src/random.js";
import type {Part} from "../../src/score/aggregate.js";
import {bootstrap} from "../../src/score/bootstrap.js";
import type {ResamplingScheme} from "../../src/score/resample/job.js";

const random = randomStream("threads");
const part = (environment: string, n: number, k: number): Part => {
  const scores = Array.from({length: n}, () => Math.max(0, random.uniform() - 0.3));
  return {environment, combine: "best", scores, k, people: scores.map((_, i) => `p${i % 9}`)};
};
const parts = [part("a", 9, 2), part("b", 200, 2), part("c", 5000, 2)];
const schemes: ResamplingScheme[] = ["attempts", "environments", "people"];

it.each(schemes)("the same bytes on one thread, two and three, and for any part of the work: %s", (scheme) => {
  const options = {replicates: 2500, seed: 1, estimator: "without-replacement" as const, agent: "A", timeLimitSeconds: 1800, scheme};
  const requests = [parts, parts.map((each) => ({...each, k: 4}))];
  const all = {...options, standardErrors: scheme !== "people", leftOut: scheme === "attempts"};
  const alone = bootstrap(requests, {...all, threads: 1});
  for (const threads of [2, 3, null]) expect(bootstrap(requests, {...all, threads})).toEqual(alone);
  expect(bootstrap([requests[1]!], {...options, threads: 2})[0]!.values).toEqual(alone[1]!.values);
  expect(bootstrap(requests, {...options, replicates: 1500, threads: 2})[0]!.values).toEqual(alone[0]!.values.slice(0, 1500));
});

it("an error in another thread is met again here, and told", () => {
  // one person is in each of twelve environments of one attempt: no draw has all twelve
  const lonely = Array.from({length: 12}, (_, i): Part => ({...part(`e${i}`, 1, 1), people: [`q${i}`]}));
  const options = {replicates: 3000, seed: 1, estimator: "without-replacement" as const, agent: "A", timeLimitSeconds: 1800};
  expect(() => bootstrap([lonely], {...options, scheme: "people", threads: 2})).toThrow("none of 100000 draws left an attempt in each of");
});
