import {readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {type Job, jobSchema} from "../job.js";

const JOB = "job.json";
const KEYS = "keys";

/** Leaves for a task of a queue what it is to run. Keys are in a file of their own that only its owner reads. */
export function leaveTask(folder: string, {models, ...job}: Job): void {
  writeFileSync(join(folder, JOB), `${JSON.stringify(job)}\n`, {mode: 0o600});
  leaveKeys(folder, models);
}

export function leaveKeys(folder: string, models: Job["models"]): void {
  if (Object.keys(models).length > 0) writeFileSync(join(folder, KEYS), JSON.stringify(models), {mode: 0o600, flag: "w"});
}

export const removeKeys = (folder: string): void => rmSync(join(folder, KEYS), {force: true});

/** What a task is to run. The file with the keys is gone when this returns. */
export function takeTask(folder: string): Job {
  const job = JSON.parse(readFileSync(join(folder, JOB), "utf8")) as object;
  return jobSchema.parse({...job, models: takeKeys(folder)});
}

function takeKeys(folder: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(folder, KEYS), "utf8");
  } catch {
    return {}; // none are needed, or a task that was killed has had them
  }
  removeKeys(folder);
  return JSON.parse(text);
}
