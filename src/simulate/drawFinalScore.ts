import type {ScoreRule} from "../environment/environment.js";
import {applyScoreRule} from "../environment/scoreRule.js";
import type {Random} from "../random.js";
import type {Slot} from "./design.js";
import {drawCourse} from "./drawCourse.js";
import {drawEnding} from "./drawEnding.js";
import {drawScoreLog} from "./drawScoreLog.js";

const NORMALIZED = {startingScore: 0, referenceScore: 1};

/**
 * The normalized score of one attempt of the model, floored at 0, without the rest of its record: for studies that need many. An
 * attempt lost to infrastructure is drawn again, one without a valid score gives 0.
 *
 * @param personEffect Of the person; 0 for agents.
 */
export function drawFinalScore(slot: Slot, rule: ScoreRule, personEffect: number, random: Random): number {
  for (;;) {
    const ending = drawEnding(slot, random);
    const course = drawCourse(slot, personEffect, random);
    const log = drawScoreLog(slot, {course, ending, constants: NORMALIZED, random});
    if (ending.status === "error") continue;
    const scores = log.map(({score}) => score);
    return Math.max(0, applyScoreRule(rule, scores, true) ?? 0);
  }
}
