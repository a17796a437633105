// The rows that the numpy peers compute, by rebench. Usage: node ours.mjs RUNS_JSONL REPLICATES SEED [REPETITIONS] [THREADS]
// Prints JSON as they do. The work is timed from scores in memory to rows in memory. This file alone knows the program's API.
import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {aggregateScore, defaultKs, partsAtK} from "../../dist/score/aggregate.js";
import {bootstrap} from "../../dist/score/bootstrap.js";
import {intervalOf} from "../../dist/score/interval.js";

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

/** Replicates of every k of a group; of its default k unless others are given. */
export function replicatesOf({agent, limit, environments}, {replicates, seed, threads, ks = defaultKs(environments)}) {
  const requests = ks.map((k) => partsAtK(environments, k, "null").parts);
  const drawn = bootstrap(requests, {replicates, seed, estimator: ESTIMATOR, agent, timeLimitSeconds: limit, threads});
  return ks.map((k, i) => ({agent, limit, k, parts: requests[i], drawn: drawn[i]}));
}

/** The table, and the seconds that its replicates took without their intervals. */
export function table(groups, options) {
  const begin = performance.now();
  const found = groups.flatMap((group) => replicatesOf(group, options));
  const replicateSeconds = (performance.now() - begin) / 1000;
  const rows = found.map(({agent, limit, k, parts, drawn}) => {
    const score = aggregateScore(parts, ESTIMATOR);
    const {low, high} = intervalOf(parts, score, drawn, INTERVAL);
    return {agent, limit, k, score, low, high};
  });
  return {rows, replicateSeconds};
}

function main([file, replicates, seed, repetitions = "1", threads = "1"]) {
  const groups = readGroups(file);
  const seconds = [];
  const replicateSeconds = [];
  let rows;
  for (let i = 0; i < Number(repetitions); ++i) {
    const begin = performance.now();
    const found = table(groups, {replicates: Number(replicates), seed: Number(seed) + i, threads: Number(threads)});
    seconds.push((performance.now() - begin) / 1000);
    replicateSeconds.push(found.replicateSeconds);
    rows = found.rows;
  }
  console.log(JSON.stringify({rows, seconds_work: seconds, seconds_replicates: replicateSeconds}));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
