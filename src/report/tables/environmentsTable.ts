import type {BestAttemptRow, BestAttempts} from "../../analysis/bestAttempts.js";
import type {Environment} from "../../environment/environment.js";
import {naturalFromRaw} from "../../environment/naturalScore.js";
import {printable} from "../../errors.js";
import {significantText} from "../formatValue.js";
import {achieved, flaggedText, nobody} from "./achieved.js";
import {type DataCell, missingCell, numberCell, numbers, type TableData, textCell, texts} from "./tableData.js";

type Rows = Pick<BestAttempts, "rows" | "environments"> & {constants: BestAttempts["settings"]["constants"]};

/** For each environment: what the starting and the reference solution reach, and what the best person and the best agent did. */
export function environmentsTable({rows, environments, constants}: Rows, transcripts: ReadonlyMap<string, string | null>): TableData {
  return {
    caption:
      "What was reached in each environment, in natural units: starting solution (0), reference solution (1), and the best attempt of a person and of an agent, with its normalized score in brackets.",
    columns: [
      ...texts({environment: "Environment", unit: "Unit"}),
      ...numbers({starting: "Starting", reference: "Reference", person: "Best person"}),
      ...texts({personAttempt: "Attempt"}),
      ...numbers({agent: "Best agent"}),
      ...texts({agentName: "Agent", agentAttempt: "Attempt"}),
    ],
    rows: environments.map((environment) => {
      const sets = constants.filter((each) => each.environment === environment.name);
      const [person, agent] = (["human", "agent"] as const).map((kind) => achieved(rows, environment.name, kind));
      return [
        textCell(environment.title),
        textCell(`${environment.rawScore.naturalUnit}, ${environment.direction} is better`),
        constantCell(environment, sets, "startingScore"),
        constantCell(environment, sets, "referenceScore"),
        scoreCell(person ?? null, "human"),
        attemptCell(person ?? null, "human", transcripts),
        scoreCell(agent ?? null, "agent"),
        agent ? textCell(agent.agent) : missingCell(nobody("agent")),
        attemptCell(agent ?? null, "agent", transcripts),
      ];
    }),
    notes: severalSets(environments, constants),
  };
}

type Sets = Rows["constants"];

/** The starting or reference score in natural units: with several sets of constants that of most attempts comes first. */
function constantCell({rawScore: {transform}}: Environment, sets: Sets, name: "startingScore" | "referenceScore"): DataCell {
  const known = [...sets].sort((a, b) => b.attempts - a.attempts).flatMap((set) => set[name] ?? []);
  const naturals = [...new Set(known)].map((raw) => naturalFromRaw(transform, raw));
  if (naturals.length === 0) return missingCell("the constants that these scores were normalized with are not recorded");
  return numberCell(naturals[0]!, () => naturals.map((value) => significantText(value)).join(" or "));
}

/** In natural units, with the normalized score. */
function scoreCell(best: BestAttemptRow | null, kind: BestAttemptRow["kind"]): DataCell {
  if (best === null) return missingCell(nobody(kind));
  const {naturalScore, naturalScoreReason, score} = best;
  const cell = numberCell(naturalScore, (value) => `${significantText(value)} (${score.toFixed(2)})`, naturalScoreReason);
  return cell.value === null ? {...cell, text: `${cell.text} (${score.toFixed(2)})`} : cell;
}

/** The attempt's id; a link where its transcript has an address on the web, else with the path of the transcript. */
function attemptCell(best: BestAttemptRow | null, kind: BestAttemptRow["kind"], transcripts: ReadonlyMap<string, string | null>): DataCell {
  if (best === null) return missingCell(nobody(kind));
  const transcript = transcripts.get(best.attemptId) ?? null;
  if (transcript !== null && /^https?:\/\//i.test(transcript)) return {...textCell(best.attemptId, transcript), reason: flaggedText(best)};
  const cell = {...textCell(best.attemptId), reason: flaggedText(best)};
  return transcript === null ? cell : {...cell, text: `${cell.text} (${printable(transcript)})`};
}

/** Which constants are in force. */
function severalSets(environments: readonly Environment[], constants: Sets): string[] {
  const from = [...new Set(constants.map((set) => set.from))].sort();
  const several = environments.filter(({name}) => constants.filter((each) => each.environment === name).length > 1);
  const meaning: Record<string, string> = {record: "the attempts' own records", source: "sources that came normalized"};
  const named = from.map((each) => meaning[each] ?? `the set "${each}" of environment.json`);
  return [
    ...(named.length === 0 ? [] : [`Constants in force are those of ${named.join(" and ")}.`]),
    ...several.map(({title}) => `${title}: attempts were made under several constants; those of most attempts come first.`),
  ];
}
