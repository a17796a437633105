import type {BestAttemptRow, BestAttempts} from "../../analysis/bestAttempts.js";
import type {Environment, Tier} from "../../environment/environment.js";
import {numberText} from "../formatValue.js";
import {achieved, flaggedText, nobody} from "./achieved.js";
import {type DataCell, fieldCell, missingCell, numberCell, numbers, type TableData, textCell, texts} from "./tableData.js";

/** What is thought possible in each environment, beside the best that was achieved (Table 8 of the paper). Normalized. */
export function ceilingsTable({rows, environments, tier}: Pick<BestAttempts, "rows" | "environments" | "tier">): TableData {
  const sources = [...new Set(environments.flatMap(({estimatedCeiling}) => estimatedCeiling?.source ?? []))].sort();
  return {
    caption:
      "Estimated best normalized score of each environment, beside the best attempt of a person and of an agent (the paper's Table 8).",
    columns: [
      ...texts({environment: "Environment"}),
      ...numbers({low: "Ceiling, from", high: "to", person: "Best person", agent: "Best agent"}),
      ...texts({agentName: "Agent"}),
    ],
    rows: environments.map((environment) => {
      const [person, agent] = (["human", "agent"] as const).map((kind) => achieved(rows, environment.name, kind));
      return [
        textCell(environment.title),
        ...ceilingCells(environment, tier),
        bestCell(person ?? null, "human"),
        bestCell(agent ?? null, "agent"),
        agent ? textCell(agent.agent) : missingCell(nobody("agent")),
      ];
    }),
    notes: [...sources.map((source) => `Source of the ceilings: ${source}.`), ...environments.flatMap((each) => otherScale(each, rows))],
  };
}

function ceilingCells({estimatedCeiling}: Environment, tier: Tier): DataCell[] {
  const reason = estimatedCeiling === null ? "environment.json has no estimate" : tier === "full" ? null : "estimates are of tier full";
  if (reason !== null) return [missingCell(reason), missingCell(reason)];
  return [fieldCell(estimatedCeiling!.low, {field: "lowScore"}), fieldCell(estimatedCeiling!.high, {field: "highScore"})];
}

const bestCell = (best: BestAttemptRow | null, kind: BestAttemptRow["kind"]): DataCell =>
  best === null ? missingCell(nobody(kind)) : {...numberCell(best.score, (score) => numberText(score, 2)), reason: flaggedText(best)};

/** A sentence where scores and ceiling are not known to be on the same scale. */
function otherScale({name, title, tiers, estimatedCeiling}: Environment, rows: readonly BestAttemptRow[]): string[] {
  if (estimatedCeiling === null) return [];
  const scale = tiers.full!.constants[estimatedCeiling.constants]!;
  const shown = (["human", "agent"] as const).flatMap((kind) => achieved(rows, name, kind) ?? []);
  const off = shown.filter((row) => row.startingScore !== scale.startingScore || row.referenceScore !== scale.referenceScore);
  if (off.length === 0) return [];
  const is = off.every(({startingScore}) => startingScore === null)
    ? "these scores may be normalized with other constants"
    : "these scores are normalized with other constants";
  return [`${title}: ${is} than the ceiling (${scale.startingScore} → ${scale.referenceScore}), so the two may not be comparable.`];
}
