import {mkdirSync, readdirSync, rmSync, statSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import {type DataRequest, prepareData} from "../../../src/runner/attempt/prepareData.js";
import {temporaryFolder} from "../journal/temporary.js";

function requestWith(script: string): DataRequest {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "environment"));
  writeFileSync(join(folder, "environment", "prepare.py"), `import os, sys\nout = sys.argv[sys.argv.index("--out") + 1]\n${script}\n`);
  return {
    ...{python: "python3", environmentFolder: join(folder, "environment"), name: "e", version: "1", tier: "small", synthetic: false},
    ...{cache: join(folder, "cache"), environment: {PATH: process.env.PATH!}},
  };
}

const MAKE = `os.umask(0o077)
for part in ["visible/deep", "protected"]:
    os.makedirs(os.path.join(out, part))
    open(os.path.join(out, part, "data"), "w").write(part)
os.symlink("/etc/shadow", os.path.join(out, "visible", "link"))
with open(os.path.join(os.path.dirname(out), "made"), "a") as file: file.write("x")`;
const modeOf = (...path: string[]) => (statSync(join(...path)).mode & 0o777).toString(8);

it("is made once; what is seen can be read by all, whatever the umask was, and nothing else", async () => {
  const request = requestWith(MAKE);
  const places = await Promise.all([prepareData(request), prepareData(request)]);
  const [place] = places as [string, string];
  expect(places).toEqual([place, place]);
  expect([modeOf(place), modeOf(place, "visible", "deep"), modeOf(place, "visible", "deep", "data")]).toEqual(["755", "755", "644"]);
  expect([modeOf(place, "protected"), modeOf(place, "protected", "data")]).toEqual(["700", "600"]);
  const made = statSync(join(request.cache, "made")).size;
  await prepareData(request);
  expect(statSync(join(request.cache, "made")).size).toBe(made);
  expect(readdirSync(request.cache).sort()).toEqual(["e-1-small", "made"]);
  rmSync(place, {recursive: true});
  expect(await prepareData(request)).toBe(place);
});

it.each([
  ["a script that fails", "sys.exit('no network')", /no network/],
  ["one that makes half of it", "os.mkdir(os.path.join(out, 'visible'))", /visible or protected is missing/],
])("%s leaves nothing behind, and says why", async (_, script, problem) => {
  const request = requestWith(script);
  await expect(prepareData(request)).rejects.toMatchObject({code: "data-missing", problem: expect.stringMatching(problem)});
  expect(readdirSync(request.cache)).toEqual([]);
});
