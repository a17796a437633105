import {type ChildProcess, spawn} from "node:child_process";
import {existsSync, mkdtempSync, readdirSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {afterEach, describe, expect, it} from "vitest";
import {packageFolder} from "../../../src/assets.js";
import {removeLeftovers} from "../../../src/runner/sandbox/leftovers.js";
import {processesOfUser} from "../../../src/runner/sandbox/processes.js";
import {because} from "../../because.js";
import {anySandbox, attemptFolder, controlGroups, noBubblewrap, processesWith, shell, skipped, toolchain} from "./sandboxes.js";

// Forks twice, leaves its session, ignores every polite signal, and starts itself again when it is hurt.
const daemon = (mark: string) =>
  `setsid sh -c '(setsid sh -c "trap \\"\\" TERM HUP INT QUIT; : ${mark}; while :; do sleep 0.05; done" &)' & sleep 0.2`;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

describe.skipIf(noBubblewrap !== null)(`the end of a sandbox${skipped}`, () => {
  it("leaves no process, whatever it does against it", async () => {
    const mark = `mark-${process.pid}-stop`;
    const sandbox = await anySandbox();
    for (let i = 0; i < 5; ++i) await shell(sandbox, daemon(mark));
    expect(processesWith(mark).length).toBeGreaterThanOrEqual(5);
    const started = performance.now();
    await sandbox.stop(0.3);
    const seconds = (performance.now() - started) / 1000;
    expect(processesWith(mark)).toEqual([]);
    if (sandbox.uid !== null) expect(processesOfUser(sandbox.uid)).toEqual([]);
    expect(seconds).toBeGreaterThan(0.3);
    expect(seconds).toBeLessThan(4);
  });

  it("comes at once where all end politely, after what they have to do", async () => {
    const sandbox = await anySandbox();
    const polite = sandbox.exec(["sh", "-c", "trap 'echo last > last; exit 0' TERM; while :; do sleep 0.05; done"]);
    await sleep(200);
    const started = performance.now();
    await sandbox.stop(10);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await polite).toMatchObject({exitCode: 0});
  });

  it("answers those who wait for a program", async () => {
    const sandbox = await anySandbox();
    const running = sandbox.exec(["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"]);
    await sleep(100);
    await sandbox.stop(0);
    expect(await running).toEqual({exitCode: null, signal: "SIGKILL", timedOut: false});
  });

  it("takes its control groups and its folder with it", async () => {
    const before = controlGroups();
    const runtime = mkdtempSync(join(tmpdir(), "rebench-runtime-"));
    cleanups.push(() => rmSync(runtime, {recursive: true, force: true}));
    const sandbox = await anySandbox({}, {runtime});
    sandbox.commandLine(["true"]);
    expect(readdirSync(join(runtime, "sandboxes"))).toHaveLength(1);
    await sandbox.stop(0);
    expect(readdirSync(join(runtime, "sandboxes"))).toEqual([]);
    if (sandbox.uid !== null) expect(readdirSync(join(runtime, "users"))).toEqual([]);
    expect(controlGroups().filter((group) => !before.includes(group))).toEqual([]);
  });
});

const dist = join(packageFolder, "dist");
const built = existsSync(join(dist, "runner", "sandbox", "bubblewrapSandbox.js"));

describe.skipIf(noBubblewrap !== null || !built)(
  `a runner that is killed${skipped}${because(built ? null : "not built; npm run build")}`,
  () => {
    for (const frozen of [false, true]) {
      it(`leaves no process${frozen ? ", not even frozen ones" : ""}, and the next one removes the rest`, async () => {
        const mark = `mark-${process.pid}-${frozen}`;
        const runtime = mkdtempSync(join(tmpdir(), "rebench-runtime-"));
        cleanups.push(() => rmSync(runtime, {recursive: true, force: true}));
        const args = [join(import.meta.dirname, "holdSandbox.mjs"), dist, attemptFolder(), runtime, mark, toolchain.python];
        const runner = spawn(process.execPath, args, {
          stdio: ["ignore", "pipe", "inherit"],
          env: {...process.env, ...(frozen ? {FROZEN: "1"} : {})},
        });
        cleanups.push(() => runner.kill("SIGKILL"));
        const {uid} = JSON.parse(await firstLine(runner)) as {uid: number | null};
        await expect.poll(() => processesWith(mark).length, {timeout: 5000}).toBeGreaterThanOrEqual(2);
        runner.kill("SIGKILL");
        if (frozen) await new Promise((resolve) => runner.once("exit", resolve)).then(() => removeLeftovers(runtime));
        await expect.poll(() => processesWith(mark), {timeout: 5000}).toEqual([]);
        if (uid !== null) await expect.poll(() => processesOfUser(uid), {timeout: 5000}).toEqual([]);
        await expect.poll(() => processesWith(runtime), {timeout: 5000}).toEqual([]);
        await removeLeftovers(runtime);
        expect(readdirSync(join(runtime, "sandboxes"))).toEqual([]);
        expect(controlGroups().filter((group) => group.includes("rebench-killed-"))).toEqual([]);
      });
    }
  },
);

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    child.stdout!.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.split("\n")[0]!);
    });
    child.once("exit", () => reject(new Error(`it ended: ${text}`)));
  });
