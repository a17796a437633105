import {execFileSync} from "node:child_process";
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {attemptSchema} from "../../../src/record/attempt.js";
import type {LockOwner} from "../../../src/runner/journal/attemptLock.js";
import {because} from "../../because.js";
import {cannotRun, makeToy, processesWith, until} from "./toy.js";

const reason = cannotRun();
const KEY = "sk-test-0123456789";

describe.skipIf(reason !== null)(`attempts in the background${because(reason === null ? null : `without ${reason}`)}`, () => {
  const toy = makeToy({OPENAI_API_KEY: KEY});
  afterAll(() => toy.remove());
  const statuses = async () =>
    (JSON.parse((await toy.rebench("runs", "--json")).stdout) as {attempts: {id: string; state: string; why: string; bestScore: number}[]})
      .attempts;
  const workerOf = (id: string) => JSON.parse(readFileSync(join(toy.folder, "runs", id, "worker.json"), "utf8")) as LockOwner;

  it("go on when the command has returned, are listed, followed, and ended for good", async () => {
    const started = await toy.rebench(...toy.args("--attempts", "2", "--detach", "--json"));
    expect(started).toMatchObject({status: 0, stderr: ""});
    const {attempts: ids} = JSON.parse(started.stdout) as {attempts: string[]};
    expect(ids).toEqual(toy.ids());
    const [first, second] = ids as [string, string];
    await until(() => toy.entries(first).some(({type}) => type === "scored"));
    await until(async () => (await statuses()).map(({state}) => state).join() === "running,waiting"); // it pauses while it is scored

    const {pid} = workerOf(first);
    expect(execFileSync("ps", ["-o", "sid=", "-p", String(pid)], {encoding: "utf8"}).trim()).toBe(String(pid)); // a session of its own
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain(KEY);

    const stopped = await toy.rebench("stop", second, first.slice(-8), "--json");
    expect(stopped.stderr).toBe("");
    expect((JSON.parse(stopped.stdout) as {attempts: object[]}).attempts).toMatchObject([
      {id: second, state: "ended", why: "stopped"},
      {id: first, state: "ended", why: "stopped"},
    ]);
    for (const id of ids) {
      const record = attemptSchema.parse(JSON.parse(readFileSync(join(toy.folder, "runs", id, `${id}.record.json`), "utf8")));
      expect(record).toMatchObject({id, endReason: "stopped", status: "finished"});
      expect(record.finalScore).not.toBeNull();
    }
    const attached = await toy.rebench("attach", first);
    expect(attached.stderr).toContain("ended: stopped");
    expect(attached.stdout).toContain("ended: stopped");
    await until(() => !existsSync(`/proc/${pid}`));
  });

  it("are dead when their process was killed", async () => {
    const {stdout} = await toy.rebench(...toy.args("--detach", "--json"));
    const [id] = (JSON.parse(stdout) as {attempts: [string]}).attempts;
    await until(() => toy.entries(id).some(({type}) => type === "scored"));
    process.kill(workerOf(id).pid, "SIGKILL");
    await until(() => processesWith(id).length === 0); // nobody works on unseen
    await until(async () => (await statuses()).find((each) => each.id === id)!.state === "dead");
    const attached = await toy.rebench("attach", id);
    expect(attached).toMatchObject({status: 1});
    expect(attached.stderr).toContain(`no process has it: no process runs it\n  Take it up where it was with: rebench resume runs/${id}`);
    expect((await toy.rebench("stop", id)).stderr).toContain("nothing to stop");
  });

  it("pause at SIGTERM", async () => {
    const {stdout} = await toy.rebench(...toy.args("--detach", "--json"));
    const [id] = (JSON.parse(stdout) as {attempts: [string]}).attempts;
    await until(() => toy.entries(id).some(({type}) => type === "scored"));
    process.kill(workerOf(id).pid, "SIGTERM");
    const attached = await toy.rebench("attach", id);
    expect(attached).toMatchObject({status: 0});
    expect(attached.stderr).toContain(`paused: rebench resume runs/${id}`);
    expect((await statuses()).find((each) => each.id === id)).toMatchObject({state: "paused", why: "user"});
  });

  it("say what is wrong before the command returns", async () => {
    const before = toy.ids();
    const person = await toy.rebench(...toy.args("--detach", "--agent", "human"));
    expect(person).toMatchObject({status: 2, stderr: expect.stringContaining("--agent human needs this terminal")});
    const nobody = await toy.rebench(...toy.args("--detach", "--agent", "command:/nowhere/agent"));
    expect(nobody).toMatchObject({status: 2, stderr: expect.stringContaining("there is no program /nowhere/agent")});
    const nowhere = await toy.rebench(...toy.args("--host", "ssh:-oProxyCommand=x"));
    expect(nowhere).toMatchObject({status: 2, stderr: expect.stringContaining("is no place to run attempts")});
    expect(toy.ids().length).toBe(before.length);
  });

  it("are found by the nearest names", async () => {
    const [id] = toy.ids();
    const unknown = await toy.rebench("attach", `${id!.slice(0, -1)}9`);
    expect(unknown).toMatchObject({status: 1, stderr: expect.stringContaining(`did you mean ${id}`)});
  });
});
