import {execFile, spawn} from "node:child_process";
import {createHash} from "node:crypto";
import {existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {attemptSchema} from "../../../src/record/attempt.js";
import {because} from "../../because.js";
import {main} from "../../cli/rebench.js";
import {noSshd, type Sshd, startSshd} from "./sshd.js";
import {cannotRun, endWorkers, makeToy, processesWith, type Toy, until} from "./toy.js";

const reason = cannotRun() ?? noSshd();
const KEY = "sk-test-over-ssh-0123456789";

describe.skipIf(reason !== null)(`attempts over ssh${because(reason === null ? null : `without ${reason}`)}`, () => {
  const toy = {} as Toy;
  const sshd = {} as Sshd;
  beforeAll(async () => {
    Object.assign(sshd, await startSshd());
    Object.assign(toy, makeToy({REBENCH_SSH_CONFIG: sshd.config, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: "http://127.0.0.1:9/v1"}));
  });
  afterAll(() => {
    endWorkers(sshd.data);
    toy.remove();
    sshd.close();
  });
  const there = (id: string) => join(sshd.data, "rebench", "runs", id);
  const here = (id: string) => join(toy.folder, "runs", id);
  const start = async () => {
    const {status, stdout, stderr} = await toy.rebench(...toy.args("--host", "ssh:loopback", "--detach", "--json"));
    expect({status, stderr}).toEqual({status: 0, stderr: ""});
    return (JSON.parse(stdout) as {attempts: [string]}).attempts[0];
  };
  const scoresThere = (id: string) => toy.entriesIn(there(id)).filter(({type}) => type === "scored").length;

  it("run there, go on when the connection is killed, are found again, and come back with checksums", async () => {
    const id = await start();
    await until(() => scoresThere(id) > 0);
    const worker = JSON.parse(readFileSync(join(there(id), "worker.json"), "utf8")) as {pid: number};
    expect(readFileSync(`/proc/${worker.pid}/environ`, "utf8")).not.toContain(KEY);
    expect(processesWith(KEY)).toEqual([]);
    expect(toy.filesWith(KEY, sshd.data, sshd.cache, join(toy.folder, "runs"))).toEqual([]);

    const attached = spawn(process.execPath, [main, "attach", id], {
      cwd: toy.folder,
      env: {...process.env, REBENCH_SSH_CONFIG: sshd.config},
    });
    const closed = new Promise((resolve) => attached.on("close", resolve));
    let said = "";
    attached.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await until(() => /score/.test(said));
    const connection = (await childrenOf(attached.pid!)).find(({args}) => args.startsWith("ssh "))!;
    const before = scoresThere(id);
    process.kill(connection.pid, "SIGKILL");
    await until(() => scoresThere(id) > before + 1);
    await until(() => /lost; the attempts go on there/.test(said));
    expect(toy.entriesIn(there(id)).filter(({type, ...more}) => type === "paused" && !JSON.stringify(more).includes("scoring"))).toEqual(
      [],
    );

    const listed = JSON.parse((await toy.rebench("runs", "--json")).stdout) as {attempts: {id: string; state: string; host: string}[]};
    expect(listed.attempts.find((each) => each.id === id)).toMatchObject({
      host: "ssh:loopback",
      state: expect.stringMatching(/running|paused/),
    });

    symlinkSync("/etc/passwd", join(there(id), "workspace", "link"));
    writeFileSync(join(there(id), "workspace", "ünï code\n.txt"), "kept");
    const stopped = await toy.rebench("stop", id, "--json");
    expect(stopped.status).toBe(0);
    await closed;
    expect(said).toMatch(/ended: stopped/);
    const scores = said.split("\n").filter((line) => / {2}score /.test(line));
    expect(new Set(scores).size).toBe(scores.length); // each once, although the connection was made twice

    const record = attemptSchema.parse(JSON.parse(readFileSync(join(here(id), `${id}.record.json`), "utf8")));
    expect(record).toMatchObject({id, endReason: "stopped", status: "finished"});
    expect(readFileSync(join(here(id), "workspace", "ünï code\n.txt"), "utf8")).toBe("kept");
    expect(existsSync(join(here(id), "workspace", "link"))).toBe(false);
    for (const name of ["journal.jsonl", "transcript.jsonl", `${id}.record.json`])
      expect(sha256(join(here(id), name))).toBe(sha256(join(there(id), name)));
    expect(JSON.parse(readFileSync(join(here(id), "where.json"), "utf8"))).toMatchObject({isComplete: true});
    expect((await toy.rebench("runs")).stdout).toContain("ended: stopped");
  });

  it("reuse the runner that is there, which holds no store", async () => {
    const runners = () => readdirSync(sshd.cache).filter((name) => name.startsWith("runner-"));
    expect(runners()).toHaveLength(1);
    expect(readdirSync(join(sshd.cache, runners()[0]!, "node_modules")).sort()).toEqual(["pure-rand", "simple-statistics", "zod"]);
    const run = await toy.rebench(...toy.args("--host", "ssh:loopback", "--agent", "start"));
    expect(run).toMatchObject({status: 0});
    expect(run.stdout).toContain("ended: submitted");
    expect(runners()).toHaveLength(1);
    expect(readdirSync(sshd.cache).filter((name) => name.startsWith("installing"))).toEqual([]);
  });

  it("have their keys there, where models are asked", async () => {
    const args = toy.args("--host", "ssh:loopback", "--detach", "--json", "--agent", "modular:gpt-x");
    const [id] = (JSON.parse((await toy.rebench(...args)).stdout) as {attempts: [string]}).attempts;
    // without a key it would not begin; nobody answers at the address that came with it
    await until(() => toy.entriesIn(there(id)).some((entry) => entry.type === "paused" && entry.reason === "upstream-connection"));
    expect(toy.filesWith(KEY, sshd.data, join(toy.folder, "runs"))).toEqual([]);
    expect(await toy.rebench("stop", id)).toMatchObject({status: 0, stdout: expect.stringContaining("ended: stopped")});
  });

  it("are taken up again there when they were cut off", async () => {
    const id = await start();
    await until(() => scoresThere(id) > 0);
    const {pid} = JSON.parse(readFileSync(join(there(id), "worker.json"), "utf8")) as {pid: number};
    process.kill(pid, "SIGKILL");
    const attached = await toy.rebench("attach", id);
    expect(attached).toMatchObject({status: 1, stderr: expect.stringContaining(`with: rebench resume runs/${id}`)});
    const resumed = await toy.rebench("resume", join("runs", id), "--environments-dir", join(toy.folder, "environments"));
    expect(resumed).toMatchObject({status: 0, stderr: "", stdout: expect.stringContaining(`${id} goes on at loopback`)});
    const scores = scoresThere(id);
    await until(() => scoresThere(id) > scores);
    const stopped = await toy.rebench("stop", id, "--json");
    expect(stopped).toMatchObject({status: 0});
    const record = attemptSchema.parse(JSON.parse(readFileSync(join(here(id), `${id}.record.json`), "utf8")));
    expect(record.pauses!.map(({reason}) => reason)).toContain("runner-down");
  });

  it.each([
    ["nobody", "cannot reach nobody: ssh: connect to host 127.0.0.1"],
    ["wrong-key", "wrong-key does not let you in"],
    ["stranger", "stranger shows a key that your ssh does not know"],
    ["unlike", "unlike shows a key that your ssh does not know"],
    ["bare", "bare has no Node"],
    ["snakeless", "snakeless has no python3"],
  ])("say what is wrong with the host %s in a sentence", async (host, sentence) => {
    const before = toy.ids().length;
    const {status, stderr} = await toy.rebench(...toy.args("--host", `ssh:${host}`));
    expect({status, stderr}).toEqual({status: 1, stderr: expect.stringContaining(`error: ${sentence}`)});
    expect(stderr.trim().split("\n")).toHaveLength(2);
    expect(toy.ids().length).toBe(before);
  });

  it("doctor looks at the host itself, and says what is there", async () => {
    const {status, stdout, stderr} = await toy.rebench("doctor", "--host", "ssh:loopback", "--json");
    const {ready, findings, host} = JSON.parse(stdout) as {ready: boolean; findings: {check: string; found: string}[]; host: object};
    expect({status, stderr}).toEqual({status: ready ? 0 : 1, stderr: ""});
    expect(findings.map(({check}) => check)).toEqual(expect.arrayContaining(["Node", "Python", "Sandbox", "Disk, attempts", "Disk, data"]));
    expect(findings.find(({check}) => check === "Node")!.found).toContain(process.versions.node);
    expect(host).toMatchObject({cpus: expect.any(Number), memoryGb: expect.any(Number)});
    const queue = await toy.rebench("doctor", "--host", "slurm");
    expect(queue).toMatchObject({status: 2, stderr: expect.stringMatching(/a queue decides where its tasks run/)});
  });

  it("say what the host finds wrong", async () => {
    const {status, stderr} = await toy.rebench(...toy.args("--host", "ssh:loopback", "--python", "/nowhere/python3"));
    expect({status, stderr}).toEqual({status: 1, stderr: expect.stringContaining("error: on loopback: cannot use /nowhere/python3")});
  });
});

const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

const childrenOf = (pid: number): Promise<{pid: number; args: string}[]> =>
  new Promise((resolve) =>
    execFile("ps", ["-o", "pid=,args=", "--ppid", String(pid)], (_error, stdout) =>
      resolve(
        stdout
          .trim()
          .split("\n")
          .map((line) => ({pid: Number.parseInt(line, 10), args: line.trim().replace(/^\d+\s+/, "")})),
      ),
    ),
  );
