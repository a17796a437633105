import type {Environment} from "../../environment/environment.js";
import {cacheFolder} from "../host/cacheFolder.js";
import {type CalibrationOptions, calibrate} from "./calibrate.js";
import {type Calibration, calibrationFile, readCalibration, writeCalibration} from "./calibration.js";
import {withTimingLock} from "./timingLock.js";

/** Scorings of each of the two where somebody waits for them; `rebench environments calibrate` takes more. */
export const RUNS_WHERE_NEEDED = 3;

const measuring = new Map<string, Promise<Calibration>>();

/** The calibration of this host; where there is none it is made first, once, however many attempts wait for it. */
export function hostCalibration(environment: Environment, options: CalibrationOptions): Promise<Calibration> {
  const file = calibrationFile(cacheFolder(), environment, options.tier, options.host);
  const running = measuring.get(file);
  if (running !== undefined) return running;
  const own = found(file, environment, options).finally(() => measuring.delete(file));
  measuring.set(file, own);
  return own;
}

async function found(file: string, environment: Environment, options: CalibrationOptions): Promise<Calibration> {
  return (
    readCalibration(file) ??
    (await withTimingLock(async () => {
      const before = readCalibration(file); // made by another process meanwhile
      if (before !== null) return before;
      const made = await calibrate(environment, options);
      writeCalibration(file, made);
      return made;
    }))
  );
}
