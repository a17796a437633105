#!/usr/bin/env node
import {mkdirSync, writeFileSync} from "node:fs";
import {availableParallelism} from "node:os";
import {join} from "node:path";
import {Worker} from "node:worker_threads";
import {packageFolder, toolVersion} from "../assets.js";
import type {StudyOptions, Tally} from "./coverage.js";
import {type Setting, settings} from "./design.js";
import {markdown} from "./markdown.js";
import {resultsText} from "./results.js";
import type {Task} from "./thread.js";

// How often intervals hold the truth, on populations where it is known. Usage: npm run calibration [-- DATA_SETS]
const OPTIONS: StudyOptions = {seed: 1, replicates: 500, level: 0.95};
const CHUNK = 50;
const dataSets = Number(process.argv[2] ?? 2000);

const studied = settings();
const tasks = studied.flatMap((setting, s): (Task & {s: number})[] =>
  Array.from({length: Math.ceil(dataSets / CHUNK)}, (_, chunk) => {
    const range = {first: chunk * CHUNK, last: Math.min((chunk + 1) * CHUNK, dataSets)};
    return {id: s * Math.ceil(dataSets / CHUNK) + chunk, s, setting, ...range, ...OPTIONS};
  }),
);
const results = await runAll(tasks);
const rows = studied.map((setting, s) =>
  rowsOf(
    setting,
    tasks.flatMap((task, i) => (task.s === s ? [results[i]!] : [])),
  ),
);
const folder = join(packageFolder, "reports", "calibration");
mkdirSync(folder, {recursive: true});
const study = {toolVersion, ...OPTIONS, dataSets, rows: rows.flat()};
writeFileSync(join(folder, "results.json"), resultsText(study));
writeFileSync(join(folder, "coverage.md"), markdown(study));

/** Tallies of every task, on as many threads as there are cores. They do not depend on which thread took which. */
async function runAll(all: readonly Task[]): Promise<Tally[][]> {
  const found: Tally[][] = [];
  let next = 0;
  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const take = () => {
        if (next % 100 === 0) process.stderr.write(`${next} of ${all.length} tasks\n`);
        if (next < all.length) worker.postMessage(all[next++]);
        else void worker.terminate().then(() => resolve());
      };
      worker.on("message", ({id, tallies}: {id: number; tallies: Tally[]}) => {
        found[id] = tallies;
        take();
      });
      worker.on("error", reject);
      take();
    });
  await Promise.all(Array.from({length: availableParallelism()}, () => work(new Worker(join(import.meta.dirname, "thread.js")))));
  return found;
}

/** One row for each method and k, summed over chunks in their order. */
function rowsOf({population, n, scheme, estimator, methods, ks}: Setting, chunks: readonly Tally[][]) {
  return methods.flatMap((method) =>
    ks.map((k) => {
      const own = chunks.map((tallies) => tallies.find((each) => each.method === method && each.k === k)!);
      const sum = (of: (tally: Tally) => number) => own.reduce((total, tally) => total + of(tally), 0);
      const made = sum(({covered, above, below}) => covered + above + below);
      return {
        population,
        scheme,
        estimator,
        method,
        n,
        k,
        dataSets: sum((tally) => tally.dataSets),
        covered: sum(({covered}) => covered),
        above: sum(({above}) => above),
        below: sum(({below}) => below),
        undefined: sum((tally) => tally.undefined),
        meanWidth: made === 0 ? null : round(sum(({widths}) => widths) / made),
        meanEstimate: round(sum(({estimates}) => estimates) / dataSets),
      };
    }),
  );
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
