import type {Environment} from "../../environment/environment.js";
import type {ScoreAnswer} from "./agent.js";

/** A score as a model is told it. */
export function describeScore({score, valid, message, repeat}: ScoreAnswer, {direction}: Pick<Environment, "direction">): string {
  const said = message === "" ? "" : ` ${message}`;
  const again = repeat ? " (This same submission was scored before.)" : "";
  if (!valid) return `Not valid.${said}${again}`;
  if (score === null) return `Valid. Scores are not shown in this task.${said}${again}`;
  return `Score: ${formatScore(score)} (${direction} is better).${said}${again}`;
}

/** Six significant digits, which is more than any scorer repeats. */
export const formatScore = (score: number): string => String(Number(score.toPrecision(6)));
