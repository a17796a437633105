import {spawn} from "node:child_process";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {noBubblewrap, skipped} from "../sandbox/sandboxes.js";
import {journalOf, main, newGround, recordOf} from "./toyRuns.js";

describe.skipIf(noBubblewrap !== null)(`a person at a terminal${skipped}`, () => {
  const ground = newGround();

  /** Types each line once what is before it was shown; what the terminal showed. */
  function typed(steps: readonly [waitsFor: string, line: string][], args: readonly string[]): Promise<string> {
    const child = spawn("python3", [join(import.meta.dirname, "person.py"), process.execPath, main, ...args], {
      cwd: ground.folder,
      env: {...process.env, REBENCH_CACHE: join(ground.folder, "cache"), TERM: "dumb"},
    });
    child.stdin.end(JSON.stringify(steps));
    let shown = "";
    child.stdout.on("data", (chunk) => {
      shown += chunk;
    });
    return new Promise((resolve) => child.on("close", () => resolve(shown)));
  }

  it("works, scores, takes a break in which the clock and a program stand still, goes on, and submits", async () => {
    const counting =
      "(for i in $(seq 1000); do echo $i >> counted; sleep 0.05; done) & sleep 0.3; echo 42 > answer.txt; score; echo DONE-$((1+1))";
    const shown = await typed(
      [
        ["Your commands", counting],
        ["DONE-2", "tail -n 1 counted > before; clock pause; tail -n 1 counted > after; echo ON-$((2+2))"],
        ["Press Enter to go on", ""],
        ["ON-4", "echo BETWEEN-$(( $(cat after) - $(cat before) ))-; submit --yes"],
      ],
      ["run", "toy", "--environments-dir", ground.environments, "--agent", "human", "--person", "p01", "--time-limit", "2m"],
    );
    expect(shown).toContain("42");
    expect(Number(/BETWEEN-(\d+)-/.exec(shown)![1])).toBeLessThan(8); // some ticks around the break, none in it
    const [attempt] = ground.attempts() as [string];
    const record = recordOf(attempt);
    expect(record).toMatchObject({endReason: "submitted", participant: {kind: "human", person: "p01"}, finalScore: 42, tokenUsage: null});
    const breaks = record.pauses!.filter(({reason}) => reason === "break");
    expect(breaks).toHaveLength(1);
    expect(breaks[0]!.seconds).toBeGreaterThan(0.2);
    expect(journalOf(attempt).some((entry) => entry.type === "paused" && entry.reason === "break")).toBe(true);
  }, 90_000);
});
