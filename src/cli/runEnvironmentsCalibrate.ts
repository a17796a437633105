import {mkdirSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {readCatalogue} from "../environment/catalogue.js";
import {prepareData} from "../runner/attempt/prepareData.js";
import {calibrate} from "../runner/calibration/calibrate.js";
import {type Calibration, calibrationFile, writeCalibration} from "../runner/calibration/calibration.js";
import {withTimingLock} from "../runner/calibration/timingLock.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import {cacheFolder} from "../runner/host/cacheFolder.js";
import {findPython} from "../runner/host/findPython.js";
import {hostFingerprint} from "../runner/host/hostFingerprint.js";
import {pythonEnvironment} from "../runner/host/pythonEnvironment.js";
import {requirePackages} from "../runner/host/pythonPackages.js";
import {chosenEnvironments} from "./chosenEnvironments.js";
import type {CalibrateFlags} from "./environmentsCommand.js";
import {notice, table, wrap} from "./terminal.js";

/** Measures what becomes 0 and 1 on this host; of timed environments that is in force here from now on. */
export async function runEnvironmentsCalibrate(names: readonly string[], flags: CalibrateFlags): Promise<void> {
  const {environmentsDir, python: option, tier, runs, out, json} = flags;
  const chosen = chosenEnvironments(readCatalogue(environmentsDir), names, flags, "calibrate");
  const python = await findPython({option: option ?? null});
  await requirePackages(python, [...new Set(chosen.flatMap(({runner}) => runner?.needs ?? []))]);
  const host = await hostFingerprint(python);
  if (out !== undefined) mkdirSync(out, {recursive: true});
  const made: Calibration[] = [];
  const room = mkdtempSync(join(tmpdir(), "rebench-calibrate-"));
  try {
    for (const environment of chosen) {
      const folder = environmentFolder(environment.name, environmentsDir);
      const {name, version} = environment;
      const request = {python: python.path, environmentFolder: folder, name, version, tier, synthetic: false};
      const data = await prepareData({...request, cache: room, environment: pythonEnvironment()});
      const options = {python: python.path, folder, tier, data, runs, host, now: () => new Date(), log: notice};
      const measure = () => calibrate(environment, options);
      const {timed} = environment.runner!;
      const calibration = await (timed ? withTimingLock(measure) : measure());
      if (timed) writeCalibration(calibrationFile(cacheFolder(), environment, tier, host), calibration);
      if (out !== undefined) writeCalibration(join(out, `${name}-${tier}.json`), calibration);
      made.push(calibration);
    }
  } finally {
    rmSync(room, {recursive: true, force: true});
  }
  process.stdout.write(json ? `${JSON.stringify({calibrations: made})}\n` : `${calibrationsText(made)}\n`);
}

function calibrationsText(calibrations: readonly Calibration[]): string {
  const rows = calibrations.map(({environment, id, startingScore, referenceScore, start, reference}) => [
    environment,
    startingScore.toFixed(3),
    deviationText(start.normalizedDeviation),
    referenceScore.toFixed(3),
    deviationText(reference.normalizedDeviation),
    id,
  ]);
  const head = ["environment", "start", "± sd\nnormalized", "reference", "± sd\nnormalized", "calibration"];
  const note = wrap("Raw scores: medians. Those of timed environments are in force on this host from now on, and named in records.");
  return `${table(head, rows, {aligns: ["left", "right", "right", "right", "right", "left"]})}\n\n${note}`;
}

const deviationText = (deviation: number | null): string => (deviation === null ? "–" : deviation.toFixed(3));
