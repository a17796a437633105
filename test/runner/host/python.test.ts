import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, it} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import {findPython} from "../../../src/runner/host/findPython.js";
import {pythonEnvironment} from "../../../src/runner/host/pythonEnvironment.js";
import {pythonPackages, requirePackages} from "../../../src/runner/host/pythonPackages.js";
import {because} from "../../because.js";
import {onPath} from "./onPath.js";

const room = mkdtempSync(join(tmpdir(), "rebench-python ü-"));
afterAll(() => rmSync(room, {recursive: true, force: true}));
const python3 = onPath("python3");
const noPython = because(python3 === null ? "no python3" : null);

/** A program that says it is a Python of that version; null: one that fails. */
function fakePython(folder: string, name: string, version: string | null): string {
  mkdirSync(join(room, folder), {recursive: true});
  const file = join(room, folder, name);
  writeFileSync(file, version === null ? "#!/bin/sh\nexit 3\n" : `#!/bin/sh\necho ${version}\n`);
  chmodSync(file, 0o755);
  return file;
}

const named = fakePython("named", "snake", "3.12.1");
const old = fakePython("old", "python3", "3.9.18");
const recent = fakePython("recent", "python3", "3.13.0");
const broken = fakePython("broken", "python3", null);
const own = fakePython("package/.venv/bin", "python", "3.11.2");
const search = {option: null, environment: {PATH: `${join(room, "recent")}:/usr/bin`}, folder: join(room, "package")};

const failure = async (promise: Promise<unknown>): Promise<RebenchError> => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RebenchError);
  return error as RebenchError;
};

it("takes --python, then REBENCH_PYTHON, then .venv of the package, then python3 on PATH", async () => {
  const variable = {...search.environment, REBENCH_PYTHON: named};
  expect(await findPython({...search, option: recent, environment: variable})).toEqual({path: recent, version: "3.13.0", from: "--python"});
  expect(await findPython({...search, environment: variable})).toEqual({path: named, version: "3.12.1", from: "REBENCH_PYTHON"});
  expect(await findPython(search)).toEqual({path: own, version: "3.11.2", from: ".venv"});
  expect(await findPython({...search, folder: join(room, "empty")})).toEqual({path: recent, version: "3.13.0", from: "PATH"});
  expect((await findPython({...search, option: "python3"})).path).toBe(recent); // a name is looked up on PATH
});

it("passes over what is too old or broken, unless it was named", async () => {
  writeFileSync(join(room, "package", ".venv", "pyvenv.cfg"), "home = /usr/bin\nversion = 3.8.1\n");
  expect((await findPython(search)).path).toBe(recent);
  writeFileSync(join(room, "package", ".venv", "pyvenv.cfg"), "home = /usr/bin\nversion = 3.12.9\n");
  expect(await findPython(search)).toEqual({path: own, version: "3.12.9", from: ".venv"}); // read, not run
  rmSync(join(room, "package", ".venv", "pyvenv.cfg"));

  const none = await failure(findPython({option: null, environment: {PATH: join(room, "old")}, folder: join(room, "empty")}));
  expect([none.code, none.problem]).toEqual(["no-python", `there is no Python 3.10 or later here: ${old} is Python 3.9.18`]);
  expect(none.hint).toContain("npm run python");
  const nothing = await failure(findPython({option: null, environment: {PATH: "/nowhere"}, folder: join(room, "empty")}));
  expect(nothing.problem).toBe("there is no Python 3.10 or later here");
  for (const [option, why] of [
    [old, "it is Python 3.9.18"],
    [broken, "no working Python"],
    [join(room, "absent"), "there is no such program"],
  ] as const) {
    const error = await failure(findPython({...search, option}));
    expect([error.code, error.problem]).toEqual(["no-python", expect.stringContaining(why)]);
    const variable = await failure(findPython({...search, environment: {...search.environment, REBENCH_PYTHON: option}}));
    expect(variable.problem).toContain("REBENCH_PYTHON");
  }
});

it("takes a link of .venv that leads nowhere for a missing one", async () => {
  mkdirSync(join(room, "dangling/.venv/bin"), {recursive: true});
  symlinkSync("/nowhere/python3", join(room, "dangling/.venv/bin/python"));
  expect((await findPython({...search, folder: join(room, "dangling")})).from).toBe("PATH");
});

it.skipIf(python3 === null)(`reads versions from metadata, whatever the spelling, and imports nothing${noPython}`, async () => {
  const python = {path: python3!, version: "3.11.0", from: "PATH"} as const;
  const versions = await pythonPackages(python, ["pip", "No-such.Package"]);
  expect(versions.pip === null || /^\d+\./.test(versions.pip!)).toBe(true);
  expect(versions["No-such.Package"]).toBe(null);
  expect(await pythonPackages(python, [])).toEqual({});
});

it.skipIf(python3 === null)(`says how to get a package that is missing, for whichever Python it is${noPython}`, async () => {
  const [path, version] = [python3!, "3.11.0"];
  const own = await failure(requirePackages({path, version, from: ".venv"}, ["rebench-none"]));
  expect([own.code, own.problem]).toEqual(["no-python", `${path} (Python 3.11.0) has no rebench-none`]);
  expect(own.hint).toContain("npm run python");
  const theirs = await failure(requirePackages({path, version, from: "--python"}, ["rebench-none"]));
  expect(theirs.hint).toBe(`Install with: ${path} -m pip install rebench-none`);
});

it("gives environments' programs no keys", () => {
  const given = pythonEnvironment({PATH: "/bin", HOME: "/h", OPENAI_API_KEY: "secret", ANTHROPIC_API_KEY: "secret", HF_TOKEN: "secret"});
  expect(JSON.stringify(given)).not.toContain("secret");
  expect(given).toMatchObject({PATH: "/bin", HOME: "/h", PYTHONPATH: expect.stringMatching(/environments\/_lib$/)});
});
