import {existsSync, readFileSync} from "node:fs";
import {gunzipSync} from "node:zlib";
import type {Source} from "../../src/analysis/context.js";
import {sampleFile} from "../../src/assets.js";
import type {Attempt} from "../../src/record/attempt.js";
import {sourceOf, sourceOfFiles} from "../analysis/stores.js";
import {metrFile} from "../store/workshop.js";

/** Data that every figure has to look right for; null where the file is absent. */
export const FIGURE_STORES: Record<string, (() => Promise<Source>) | null> = {
  "the sample data": () => sourceOfFiles([sampleFile]),
  "METR's attempts": existsSync(metrFile) ? () => sourceOfFiles([metrFile]) : null,
  "12 agents with long names": () => sourceOf(manyAgents()),
  "one agent": () =>
    sourceOf(
      sampleAttempts().filter(
        ({participant}) => participant.kind === "agent" && participant.scaffold === "AIDE" && participant.model!.endsWith("a"),
      ),
    ),
  "hostile names": () => sourceOf(hostileAgents()),
};

export const sampleAttempts = (): Attempt[] =>
  gunzipSync(readFileSync(sampleFile))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Attempt);

const agentAttempts = (scaffold: string) =>
  sampleAttempts().filter(
    ({participant}) => participant.kind === "agent" && participant.scaffold === scaffold && participant.model!.endsWith("a"),
  );
const people = () => sampleAttempts().filter(({participant}) => participant.kind === "human");

const renamed = (attempts: readonly Attempt[], alias: string, prefix: string): Attempt[] =>
  attempts.map((attempt) => ({...attempt, id: `${prefix}${attempt.id}`, participant: {kind: "agent", alias, model: null, scaffold: null}}));

/** Attempts of one agent under twelve names, each somewhat worse than the one before. */
function manyAgents(): Attempt[] {
  const attempts = agentAttempts("AIDE");
  const names = Array.from(
    {length: 12},
    (_, i) => `Scaffold ${i + 1} of a laboratory (a-large-language-model-${20250101 + i}, effort high)`,
  );
  return [...people(), ...names.flatMap((name, i) => renamed(attempts.slice(i * 2), name, `${i}/`))];
}

const HOSTILE = [
  "</text><script>alert(1)</script>",
  "a\u202eb\u0007\u0000c",
  "Ж 漢字 😀",
  "x".repeat(300),
  " ",
  "=1+1",
  '"><img src=x>&amp;',
  "}]]>{--",
];

function hostileAgents(): Attempt[] {
  const attempts = agentAttempts("AIDE");
  return [...people(), ...HOSTILE.flatMap((name, i) => renamed(attempts, name, `${i}/`))];
}
