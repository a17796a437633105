import {createHash} from "node:crypto";
import {RebenchError} from "../errors.js";
import {attemptSchema, type FlagEvent} from "../record/attempt.js";
import {canonicalAttempt} from "../record/canonicalAttempt.js";
import {currentFlags} from "../record/currentFlags.js";
import {isWhole} from "../record/isWhole.js";
import {flagHistories} from "../store/flagEvents.js";
import {recordTexts} from "../store/recordTexts.js";
import type {Source} from "./context.js";
import type {Selected} from "./select.js";

/** What some attempts are, as one number. */
export type AttemptsDigest = {
  /** SHA-256, 64 hexadecimal digits. */
  sha256: string;
  /** How many attempts it is of. */
  attempts: number;
};

/**
 * SHA-256 of the attempts behind an analysis: equal for two people exactly when their attempts are.
 *
 *     sha256(line₁ "\n" line₂ "\n" …)
 *
 * A line is the attempt as `rebench export` writes it, without `provenance` and with the sorted names of the flags it carries now
 * as `flags`; lines are in the order of their ids by UTF-8 bytes. So neither who imported or flagged, nor when, from which file
 * or with which version, nor how the source wrote its JSON makes a difference.
 *
 * @param selected What {@link select} gives, or the ids of attempts in any order. One that is named twice counts once.
 * @throws RebenchError `unknown-attempt` for an id that the store lacks.
 */
export async function attemptsDigest({connection}: Source, selected: Pick<Selected, "attempts"> | AttemptIds): Promise<AttemptsDigest> {
  const ids = "attemptIds" in selected ? selected.attemptIds : selected.attempts.map(({attemptId}) => attemptId);
  const missing = new Set(ids);
  const attempts = missing.size;
  const histories = await flagHistories(connection, "all");
  const hash = createHash("sha256");
  for await (const some of recordTexts(connection, ids)) {
    let lines = ""; // thousands at a time: handing over each by itself takes longer
    for (const {attemptId, record} of some) {
      lines += `${digestLine(record, histories.get(attemptId) ?? [])}\n`;
      missing.delete(attemptId);
    }
    hash.update(lines, "utf8");
  }
  if (missing.size > 0) throw unknownAttempts(missing);
  return {sha256: hash.digest("hex"), attempts};
}

export type AttemptIds = {attemptIds: readonly string[]};

/** Records are stored as their source wrote them where that says the same, so each has to be read to be written canonically. */
function digestLine(record: string, history: readonly FlagEvent[]): string {
  const stored: unknown = JSON.parse(record);
  const {provenance: _, ...attempt} = canonicalAttempt(isWhole(stored) ? stored : attemptSchema.parse(stored));
  return JSON.stringify({...attempt, flags: currentFlags(history)});
}

function unknownAttempts(missing: ReadonlySet<string>): RebenchError {
  const [first] = missing;
  const others = missing.size === 1 ? "" : missing.size === 2 ? ", nor 1 other" : `, nor ${missing.size - 1} others`;
  return new RebenchError("unknown-attempt", {
    problem: `the store has no attempt "${first}"${others}`,
    hint: "List them with: rebench attempts",
  });
}
