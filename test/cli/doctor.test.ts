import {chmodSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it, vi} from "vitest";
import {doctorCommand} from "../../src/cli/doctorCommand.js";
import type {Diagnosis} from "../../src/runner/host/doctor.js";
import {inProcess} from "./inProcess.js";
import {newFolder, tooWide} from "./rebench.js";

const folder = newFolder();

it("says of each thing what is there and what to do, as text and as JSON", async () => {
  const text = await inProcess(doctorCommand(), ["--out", folder]);
  const {stdout, status} = await inProcess(doctorCommand(), ["--out", folder, "--json"]);
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  expect([text.status, status]).toEqual([diagnosis.ready ? 0 : 1, diagnosis.ready ? 0 : 1]);
  expect(tooWide(text.stdout)).toEqual([]);
  for (const {check, status: found, advice} of diagnosis.findings) {
    expect(text.stdout).toMatch(new RegExp(`^${check} +${found}`, "m"));
    expect(advice === null).toBe(found === "ok");
  }
  const checks = diagnosis.findings.map(({check}) => check);
  for (const wanted of ["Node", "Python", "Sandbox", "Control groups", "Disk, attempts", "Disk, data", "Unix sockets"]) {
    expect(checks).toContain(wanted);
  }
  expect(Math.abs(diagnosis.timeMilliseconds - Date.now())).toBeLessThan(60_000);
});

it("fails where there is no Python, and says how to get one", async () => {
  const {status, stdout} = await inProcess(doctorCommand(), ["--python", "/no/such/python"]);
  expect(status).toBe(1);
  expect(stdout.replace(/\s+/g, " ")).toMatch(/Python missing cannot use \/no\/such\/python/);
  expect(stdout.replace(/\s+/g, " ")).toContain("npm run python");
  expect(stdout).toContain("Attempts cannot be run here yet.");
});

it("names packages that are missing, without failing for them", async () => {
  const python = join(folder, "python");
  writeFileSync(python, `#!/bin/sh\ncase "$*" in *version_info*) echo 3.12.0 ;; *) echo '{"numpy": "2.0.0", "torch": null}' ;; esac\n`);
  chmodSync(python, 0o755);
  vi.stubEnv("REBENCH_PYTHON", python);
  const {stdout} = await inProcess(doctorCommand(), ["--json"]);
  vi.unstubAllEnvs();
  const found = (JSON.parse(stdout) as Diagnosis).findings.find(({check}) => check === "Python packages");
  expect(found).toEqual({
    check: "Python packages",
    status: "warn",
    found: "numpy 2.0.0; not there: torch",
    advice: `Install with: ${python} -m pip install torch`,
  });
});
