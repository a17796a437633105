// The rows that the numpy peers compute, by rebench. Usage: node ours.mjs RUNS_JSONL REPLICATES SEED [REPETITIONS] [THREADS]
// Prints JSON as they do. The work is timed from scores in memory to rows in memory. This file alone knows the program's API.
import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {aggregateScore, defaultKs, partsAtK} from "../../dist/score/aggregate.js";
import {bootstrap, startBootstrap} from "../../dist/score/bootstrap.js";
import {intervalOf} from "../../dist/score/interval.js";
import {overlapped} from "../../dist/score/overlapped.js";

const ESTIMATOR = "without-replacement";
const INTERVAL = {method: "percentile", scheme: "attempts", estimator: ESTIMATOR, level: 0.95, resampleSize: null};
const HIDDEN_FAMILY = "ai_rd_small_scaling_law";

/** One group for each agent and time limit, as `rows.py` reads them. */
export function readGroups(file) {
  const groups = new Map();
  for (const line of readFileSync(file, "utf8").trimEnd().split("\n")) {
    const {alias, time_limit: limit, task_family: family, score} = JSON.parse(line);
    if (alias === "human") continue;
    const key = `${alias} ${limit}`;
    const group = groups.get(key) ?? {agent: alias, limit, environments: new Map()};
    groups.set(key, group);
    const combine = family === HIDDEN_FAMILY ? "mean" : "best";
    const environment = group.environments.get(family) ?? {environment: family, combine, scores: []};
    group.environments.set(family, environment);
    environment.scores.push(score);
  }
  return [...groups.values()]
    .map((group) => ({...group, environments: [...group.environments.values()]}))
    .sort((a, b) => (a.agent === b.agent ? a.limit - b.limit : a.agent < b.agent ? -1 : 1));
}

/** Replicates of every k of a group. */
export function replicatesOf({agent, limit, environments}, {replicates, seed, threads}) {
  const ks = defaultKs(environments);
  const requests = ks.map((k) => partsAtK(environments, k, "null").parts);
  const drawn = bootstrap(requests, {replicates, seed, estimator: ESTIMATOR, agent, timeLimitSeconds: limit, threads});
  return ks.map((k, i) => ({agent, limit, k, parts: requests[i], drawn: drawn[i]}));
}

/** The table, at the default k of each group unless others are given; groups are started one ahead, as score-at-k does. */
export function table(groups, {replicates, seed, threads, ks: asked = null}) {
  return overlapped(groups, ({agent, limit, environments}) => {
    const ks = asked ?? defaultKs(environments);
    const requests = ks.map((k) => partsAtK(environments, k, "null").parts);
    const finish = startBootstrap(requests, {replicates, seed, estimator: ESTIMATOR, agent, timeLimitSeconds: limit, threads});
    return () =>
      finish().map((drawn, i) => {
        const score = aggregateScore(requests[i], ESTIMATOR);
        const {low, high} = intervalOf(requests[i], score, drawn, INTERVAL);
        return {agent, limit, k: ks[i], score, low, high};
      });
  }).flat();
}

function main([file, replicates, seed, repetitions = "1", threads = "1"]) {
  const groups = readGroups(file);
  const seconds = [];
  let rows;
  for (let i = 0; i < Number(repetitions); ++i) {
    const begin = performance.now();
    rows = table(groups, {replicates: Number(replicates), seed: Number(seed) + i, threads: Number(threads)});
    seconds.push((performance.now() - begin) / 1000);
  }
  console.log(JSON.stringify({rows, seconds_work: seconds}));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
