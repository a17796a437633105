import {existsSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {humanProgress} from "../../src/analysis/humanProgress.js";
import {progressByEnvironment} from "../../src/analysis/progressByEnvironment.js";
import {progressCurves} from "../../src/analysis/progressCurves.js";
import {rawHistory} from "../../src/analysis/rawHistory.js";
import {packageFolder} from "../../src/assets.js";
import {because} from "../because.js";
import {options, sourceOfFiles} from "./stores.js";

const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);

describe.skipIf(missing !== "")(`METR's runs, which have final scores only, give nothing over time, and the reason${missing}`, () => {
  let source: Source;
  beforeAll(async () => {
    source = await sourceOfFiles([RUNS]);
  });
  const finalOnly = (attempts: number) =>
    `no score logs: all ${attempts} 8-hour attempts have their final score only; import records with a scoreLog`;

  it("for people", async () => {
    expect(await humanProgress(source, options())).toMatchObject({rows: [], reason: `people: ${finalOnly(93)}`});
  });

  it("for people and agents", async () => {
    const asked = {...options(), everyAgent: false};
    const {rows, reason} = await progressCurves(source, asked);
    expect(rows).toEqual([]);
    expect(reason).toMatch(/^no score logs: all \d+ 8-hour attempts have their final score only; import records with a scoreLog$/);
    expect(await progressByEnvironment(source, asked)).toMatchObject({runs: [], means: [], reason});
  });

  it("in natural units", async () => {
    const reason = "no score logs: none of 1808 attempts has one; import records with a scoreLog";
    expect(await rawHistory(source, options())).toMatchObject({rows: [], environments: [], reason});
  });
});
