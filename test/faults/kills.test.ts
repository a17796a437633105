import {execFile} from "node:child_process";
import {join} from "node:path";
import {expect, it} from "vitest";
import {noBubblewrap, skipped} from "../runner/sandbox/sandboxes.js";

/** 200 of them: REBENCH_KILLS=200 npx vitest run test/faults, or node test/faults/kills.mjs. */
const kills = process.env.REBENCH_KILLS ?? "20";

type Summary = {kills: Record<string, number>; clockOffSeconds: {least: string; most: string}; problems: string[]};

it.skipIf(noBubblewrap !== null)(
  `after ${kills} kills of runners, agents and scorers every acknowledged score is there once, clocks are right, nothing is left running${skipped}`,
  async () => {
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, [join(import.meta.dirname, "kills.mjs"), kills, "1", "2"], (_error, stdout, stderr) =>
        resolve(stdout || stderr),
      );
    });
    const {kills: killed, problems, clockOffSeconds} = JSON.parse(said) as Summary;
    expect(problems).toEqual([]);
    expect(Object.values(killed).reduce((sum, count) => sum + count, 0)).toBe(Number(kills));
    expect(Math.abs(Number(clockOffSeconds.least))).toBeLessThan(1);
    expect(Number(clockOffSeconds.most)).toBeLessThan(1);
  },
  10_000 * Number(kills),
);
