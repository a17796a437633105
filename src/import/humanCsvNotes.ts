import {formatDuration} from "../duration.js";
import type {Attempt} from "../record/attempt.js";
import type {Columns} from "./humanCsvColumns.js";
import type {AttemptRows} from "./humanCsvGroups.js";
import type {ImportContext} from "./row.js";

/** What a human baseline file lacks and what was assumed, one sentence each. */
export function humanCsvNotes(
  attempts: readonly Attempt[],
  groups: readonly AttemptRows[],
  {byField, ignored, spareScores, scoreField, log}: Columns,
  {humanTimeLimitSeconds}: Pick<ImportContext, "humanTimeLimitSeconds">,
): string[] {
  const assumed = attempts.filter(({timeLimitAssumed}) => timeLimitAssumed).length;
  const missing = attempts.filter(({finalScore}) => finalScore === null).length;
  const local = attempts.filter(({sourceFields}) => sourceFields !== null).length;
  const unsorted = groups.filter(isUnsorted).length;
  const unknown = ignored.map((name) => `"${name}"`).join(", ");
  const given = byField.get(scoreField)?.name;
  const constants = byField.has("starting_score") || byField.has("reference_score");
  const notes: [boolean, string][] = [
    [ignored.length > 0, `Columns not imported: ${unknown}; map one with --map column=field.`],
    [spareScores.length > 0, `Scores are those of "${given}"; ${spareScores.map(({name}) => `"${name}"`).join(", ")} not imported.`],
    [scoreField === "natural_score" && constants, "Starting and reference scores were read as raw scores, not as natural values."],
    [assumed > 0, `No time limit is recorded for ${count(assumed, "attempt")}; ${formatDuration(humanTimeLimitSeconds)} assumed.`],
    [missing > 0, `${count(missing, "attempt")} without a valid score.`],
    [local > 0, `Times without a zone in ${count(local, "attempt")}: kept as text, not as points in time.`],
    [unsorted > 0, `The score logs of ${count(unsorted, "attempt")} were not in order of time; sorted.`],
    [!log, "No score logs are recorded, only final scores."],
    [!byField.has("working_time"), "No working time is recorded."],
    [true, "No pauses are recorded; whether there were any is not known."],
  ];
  return notes.filter(([applies]) => applies).map(([, note]) => note);
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;

function isUnsorted({rows}: AttemptRows): boolean {
  const times = rows.flatMap(({logSeconds, problems}) => (logSeconds === null || problems.length > 0 ? [] : [logSeconds]));
  return times.some((seconds, i) => i > 0 && seconds < times[i - 1]!);
}
