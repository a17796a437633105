import {controlGroupFinding} from "./checks/controlGroupFinding.js";
import {diskFinding} from "./checks/diskFinding.js";
import {gpuFindings} from "./checks/gpuFindings.js";
import {nodeFinding} from "./checks/nodeFinding.js";
import {pythonFindings} from "./checks/pythonFindings.js";
import {sandboxFinding} from "./checks/sandboxFinding.js";
import {socketFinding} from "./checks/socketFinding.js";
import type {Finding} from "./finding.js";
import type {PythonSearch} from "./findPython.js";
import {type Fingerprint, hostFingerprint} from "./hostFingerprint.js";

export type DoctorOptions = {
  python: PythonSearch;
  /** Packages that environments need. */
  needs: readonly string[];
  runsFolder: string;
  cacheFolder: string;
};

/** Of one machine, this one: what is there for running attempts, what is not, and what to do about it. */
export type Diagnosis = {
  /** Whether attempts can be run at all. */
  ready: boolean;
  findings: Finding[];
  host: Fingerprint;
  /** This machine's clock, milliseconds since 1970, for whoever asks from another machine. */
  timeMilliseconds: number;
};

export async function doctor({python: search, needs, runsFolder, cacheFolder}: DoctorOptions): Promise<Diagnosis> {
  const {python, versions, findings: ofPython} = await pythonFindings(search, needs);
  const ofGpus = await gpuFindings(versions.torch ? python : null);
  const findings = [
    nodeFinding(),
    ...ofPython,
    ...ofGpus,
    await sandboxFinding(),
    await controlGroupFinding(),
    diskFinding("Disk, attempts", runsFolder, "choose another folder with --out"),
    diskFinding("Disk, data", cacheFolder, "choose another folder with the environment variable REBENCH_CACHE"),
    socketFinding(),
  ];
  const ready = findings.every(({status}) => status !== "missing");
  return {ready, findings, host: await hostFingerprint(python), timeMilliseconds: Date.now()};
}
