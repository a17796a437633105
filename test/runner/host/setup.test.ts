import {execFile, spawn} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {afterAll, beforeAll, expect, it} from "vitest";
import {because} from "../../because.js";
import {onPath} from "./onPath.js";

const script = join(import.meta.dirname, "..", "..", "..", "environments", "_lib", "setup.mjs");
const room = mkdtempSync(join(tmpdir(), "rebench setup é-")); // with a space, and more than ASCII
const wheels = join(room, "wheels");
const python3 = onPath("python3");

type Outcome = {status: number | null; output: string};

/** A wheel with nothing but metadata, so that no test asks a registry. */
const WHEEL = `import sys, zipfile
folder, version = sys.argv[1:]
info = f"rebench_toy-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/rebench_toy-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr("rebench_toy.py", f"version = {version!r}\\n")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: rebench-toy\\nVersion: {version}\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")`;

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(command, args, {env: {...process.env, ...env}}, (_error, stdout, stderr) =>
      resolve({status: child.exitCode, output: stdout + stderr}),
    );
  });

function setUp(
  name: string,
  requirements: string,
  {args = [], env = {}}: {args?: string[]; env?: NodeJS.ProcessEnv} = {},
): Promise<Outcome> {
  const folder = join(room, name);
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, "requirements.txt"), requirements);
  return run(process.execPath, [script, "--folder", folder, "--requirements", join(folder, "requirements.txt"), ...args], {
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: `file://${encodeURI(wheels)}`,
    ...env,
  });
}

const toyVersion = async (name: string) =>
  (await run(join(room, name, ".venv", "bin", "python"), ["-c", "import rebench_toy; print(rebench_toy.version)"])).output.trim();

beforeAll(async () => {
  mkdirSync(wheels);
  if (python3 !== null) for (const version of ["1.0", "2.0"]) await run(python3, ["-c", WHEEL, wheels, version]);
});
afterAll(() => rmSync(room, {recursive: true, force: true}));

it("says what is skipped where there is no Python, and how to get one", async () => {
  const env = {PATH: "/nowhere", REBENCH_PYTHON: ""};
  const [skipped, failed] = await Promise.all([setUp("none", "", {args: ["--if-possible"], env}), setUp("none2", "", {env})]);
  expect(skipped).toEqual({status: 0, output: expect.stringMatching(/^skipped: there is no Python 3\.10 .*apt-get install python3/)});
  expect(failed).toEqual({status: 1, output: expect.stringMatching(/^error: there is no Python 3\.10/)});
});

// Making a virtual environment takes seconds: one, with all that can happen to it, in order.
it.skipIf(python3 === null)(
  `makes .venv once, by one of several at once, and again where requirements change${because(python3 === null ? "no python3" : null)}`,
  async () => {
    const both = await Promise.all([setUp("one", "rebench-toy==1.0\n"), setUp("one", "rebench-toy==1.0\n")]);
    expect(both.map(({status}) => status)).toEqual([0, 0]);
    expect(both.map(({output}) => output).sort()).toEqual([
      expect.stringMatching(/^Another process is installing .*\n$/),
      expect.stringMatching(/^Installing Python packages .*\n$/),
    ]);
    expect(await toyVersion("one")).toBe("1.0");
    expect(await setUp("one", "rebench-toy==1.0\n")).toEqual({status: 0, output: ""});

    rmSync(join(room, "one", ".venv", "rebench-requirements.sha256"));
    expect(await setUp("one", "rebench-toy==1.0\n")).toEqual({status: 0, output: ""}); // it was there, made by hand

    const changed = await setUp("one", "rebench-toy==2.0\n");
    expect(changed).toEqual({status: 0, output: expect.stringContaining("Installing")});
    expect(await toyVersion("one")).toBe("2.0");

    const unknown = await setUp("one", "rebench-toy==3.0\n");
    expect(unknown.status).toBe(1);
    expect(unknown.output).toMatch(/error: pip could not install[\s\S]*rebench-toy==3\.0[\s\S]*PIP_INDEX_URL/);
    expect(unknown.output).not.toMatch(/^\s+at /m);
    expect(await toyVersion("one")).toBe("2.0");
    expect(readdirSync(join(room, "one", ".venv")).filter((name) => name.includes("lock"))).toEqual([]);
  },
  120_000,
);

it("takes a lock over from a process that was killed, and from nobody who lives", async () => {
  const lock = join(room, "lock");
  const holder = `import {withLock} from ${JSON.stringify(join(script, "..", "lock.mjs"))};
    await withLock(process.argv[1], () => new Promise((resolve) => { console.log("held"); setTimeout(resolve, Number(process.argv[2])); }), {waiting: () => console.log("waits")});`;
  const start = (milliseconds: number) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", holder, lock, String(milliseconds)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    return {child, said: () => said, ended: new Promise((resolve) => child.on("close", resolve))};
  };
  const until = async (condition: () => boolean) => {
    for (const end = Date.now() + 20_000; !condition() && Date.now() < end; ) await sleep(10);
    expect(condition()).toBe(true);
  };
  const first = start(60_000);
  await until(() => first.said() === "held\n");
  const others = [start(50), start(50), start(50)];
  await until(() => others.every(({said}) => said() === "waits\n"));
  await sleep(500);
  expect(others.map(({said}) => said())).toEqual(["waits\n", "waits\n", "waits\n"]);
  first.child.kill("SIGKILL");
  await Promise.all(others.map(({ended}) => ended));
  expect(others.map(({said}) => said())).toEqual(["waits\nheld\n", "waits\nheld\n", "waits\nheld\n"]);
  expect(existsSync(lock)).toBe(false);
});

it("pins every package that it installs", () => {
  const lines = readFileSync(join(script, "..", "..", "requirements.txt"), "utf8").split("\n");
  const named = lines.filter((line) => line !== "" && !line.startsWith("#"));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((line) => !/^[\w-]+==[\d.]+$/.test(line))).toEqual([]);
});
