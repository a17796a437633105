import {readCatalogue} from "../environment/catalogue.js";
import {cacheFolder} from "../runner/host/cacheFolder.js";
import {type Diagnosis, doctor} from "../runner/host/doctor.js";
import type {DoctorFlags} from "./doctorCommand.js";
import {bold, printable, table, wrap} from "./terminal.js";

export async function runDoctor({python, out, environmentsDir, json}: DoctorFlags): Promise<void> {
  const {environments} = readCatalogue(environmentsDir);
  const needs = [...new Set(environments.flatMap(({runner}) => runner?.needs ?? []))].sort();
  const diagnosis = await doctor({python: {option: python ?? null}, needs, runsFolder: out, cacheFolder: cacheFolder()});
  process.stdout.write(json ? `${JSON.stringify(diagnosis)}\n` : `${diagnosisText(diagnosis)}\n`);
  if (!diagnosis.ready) process.exitCode = 1;
}

function diagnosisText({ready, findings}: Diagnosis): string {
  const rows = findings.map(({check, status, found}) => [check, status, printable(found)]);
  const advice = findings.flatMap(({check, advice}) => (advice === null ? [] : [adviceText(check, advice)]));
  const verdict = ready ? "Attempts can be run here." : "Attempts cannot be run here yet.";
  return [table(["check", "status", "found"], rows, {wrapColumns: [2]}), ...advice, verdict].join("\n\n");
}

/** Each line of an advice stays one: it may hold a command to copy. */
const adviceText = (check: string, advice: string): string =>
  advice
    .split("\n")
    .map((line, i) => wrap(`${i === 0 ? `${bold(check)}: ` : "  "}${printable(line.trimStart())}`, "  "))
    .join("\n");
