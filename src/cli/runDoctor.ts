import {readCatalogue} from "../environment/catalogue.js";
import {RebenchError} from "../errors.js";
import {cacheFolder} from "../runner/host/cacheFolder.js";
import {type Diagnosis, doctor} from "../runner/host/doctor.js";
import {parseHostSpec} from "../runner/hosts/hostSpec.js";
import {doctorOverSsh} from "../runner/hosts/ssh/doctorOverSsh.js";
import type {DoctorFlags} from "./doctorCommand.js";
import {bold, printable, table, wrap} from "./terminal.js";

export async function runDoctor({host, python, out, environmentsDir, json}: DoctorFlags): Promise<void> {
  const {environments} = readCatalogue(environmentsDir);
  const needs = [...new Set(environments.flatMap(({runner}) => runner?.needs ?? []))].sort();
  const spec = parseHostSpec(host);
  if (spec.kind === "slurm") throw notThere(host);
  const option = python ?? null;
  const additions = {environment: environments[0]!.name, environmentsDirs: environmentsDir, pricesFile: null};
  const diagnosis =
    spec.kind === "ssh"
      ? await doctorOverSsh(spec.host, {python: option, needs}, additions, Date.now)
      : await doctor({python: {option}, needs, runsFolder: out, cacheFolder: cacheFolder()});
  process.stdout.write(json ? `${JSON.stringify(diagnosis)}\n` : `${diagnosisText(diagnosis)}\n`);
  if (!diagnosis.ready) process.exitCode = 1;
}

const notThere = (host: string) =>
  new RebenchError("usage", {
    problem: `--host ${host}: a queue decides where its tasks run, so there is no one machine to look at`,
    hint: "Run rebench doctor in a job of that partition, such as: srun rebench doctor",
  });

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
