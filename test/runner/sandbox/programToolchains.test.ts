import {chmodSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, expect, it} from "vitest";
import {withPrograms} from "../../../src/runner/sandbox/programToolchains.js";

const python = {python: "python3", interpreter: "/usr/bin/python3", readOnly: [], path: ["/opt/python/bin"]};
const path = process.env.PATH;

/** A rustc on PATH that says so of its own folder. */
function rustc(sysroot: string): void {
  const folder = mkdtempSync(join(tmpdir(), "rebench-rustc-"));
  writeFileSync(join(folder, "rustc"), `#!/bin/sh\necho '${sysroot}'\n`);
  chmodSync(join(folder, "rustc"), 0o755);
  process.env.PATH = `${folder}:${path}`;
}

afterEach(() => {
  process.env.PATH = path;
});

it("shows a compiler of a home whole, and nothing else of that home", async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "rebench-home-")));
  const sysroot = join(home, "toolchains", "stable");
  mkdirSync(join(sysroot, "bin"), {recursive: true});
  writeFileSync(join(sysroot, "bin", "rustc"), "");
  rustc(sysroot);
  expect(await withPrograms(python, ["rustc"])).toEqual({
    ...python,
    readOnly: ["bin", "lib"].map((name) => ({host: join(sysroot, name), inside: join(sysroot, name)})),
    path: ["/opt/python/bin", join(sysroot, "bin")],
  });
});

it("adds nothing for a compiler in /usr, and where nothing is asked for", async () => {
  rustc("/usr");
  expect(await withPrograms(python, ["rustc"])).toEqual(python);
  expect(await withPrograms(python, [])).toBe(python);
});

it("says what to install where there is none, or none that is whole", async () => {
  process.env.PATH = mkdtempSync(join(tmpdir(), "rebench-empty-"));
  await expect(withPrograms(python, ["rustc"])).rejects.toThrow(/needs the Rust compiler/);
  process.env.PATH = path;
  rustc(mkdtempSync(join(tmpdir(), "rebench-nothing-")));
  await expect(withPrograms(python, ["rustc"])).rejects.toThrow(/has no bin\/rustc/);
});
