import {mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import type {Constants, Environment, Tier} from "../../environment/environment.js";
import {pythonEnvironment} from "../host/pythonEnvironment.js";
import {taskModelVariables} from "../host/taskModel.js";
import {scoreWithPatience} from "../scoring/scoreWithPatience.js";
import {startingScoreOption} from "../scoring/startingScoreOption.js";
import {makeSubmission} from "./makeSubmission.js";
import {watchPeakMemory} from "./peakMemory.js";
import {readSolution} from "./solutions.js";
import {copyTrusted, submissionProblems} from "./submissionFiles.js";

export type Measured = {
  /** `start`, `reference`, or the name of another solution. */
  name: string;
  /** Null where the submission was found invalid. */
  rawScore: number | null;
  normalizedScore: number | null;
  /** Of making the submission: solving, where the solution has a program for that. */
  solvingSeconds: number;
  scoringSeconds: number;
  /** Of both, with all their processes; null where this system does not say. */
  peakMemoryBytes: number | null;
};

/** What was measured, the scorer's words where it is invalid, and what of the submission is beyond the environment's limits. */
export type Measurement = {measured: Measured; reason: string; details: Record<string, unknown>; beyondLimits: string[]};

export type MeasureOptions = {
  python: string;
  /** The environment's. */
  folder: string;
  tier: Tier;
  /** What the score is normalized with; null: it is not. */
  constants: Constants | null;
  /** What scorers of timed environments are given; null for their own. */
  startingScore: number | null;
};

/**
 * Scores the starting files, or a solution laid over them.
 *
 * @param data Folder with `visible` and `protected`.
 * @param room Folder to work in; removed at the end.
 */
export async function measureSolution(
  name: string,
  environment: Environment,
  {python, folder, tier, constants, startingScore}: MeasureOptions,
  data: string,
  room: string,
): Promise<Measurement> {
  const [workspace, submission, visible] = [join(room, "workspace"), join(room, "submission"), join(data, "visible")];
  const state = environment.runner!.service ? ["--state", join(room, "service")] : [];
  const given = ["--visible", visible, "--protected", join(data, "protected"), ...state];
  const service = environment.runner!.service ? [python, "-B", join(folder, "service.py"), "--tier", tier, ...given] : null;
  const stopWatch = watchPeakMemory();
  try {
    if (service !== null) mkdirSync(join(room, "service"), {recursive: true});
    const began = performance.now();
    const files = name === "start" ? new Map<string, Uint8Array>() : readSolution(folder, name);
    const timeoutSeconds = environment.runner!.timeLimitSeconds[tier]!;
    await makeSubmission({python, start: join(folder, "start"), visible, timeoutSeconds, service}, files, workspace);
    copyTrusted(workspace, submission, environment.runner!);
    const solvingSeconds = secondsSince(began);
    const beganScoring = performance.now();
    const answer = await scoreWithPatience({
      ...{python, environmentFolder: folder, tier, submission, visible, protected: join(data, "protected"), judge: null},
      options: [...state, ...(startingScore === null ? [] : startingScoreOption(startingScore))],
      timeoutSeconds: environment.runner!.scoringTimeoutSeconds[tier]!,
      environment: {...pythonEnvironment(), ...taskModelVariables(process.env)},
    });
    const scoringSeconds = secondsSince(beganScoring);
    const normalizedScore = answer.score === null || constants === null ? null : scoreOn(constants, answer.score);
    const measured = {name, rawScore: answer.score, normalizedScore, solvingSeconds, scoringSeconds, peakMemoryBytes: stopWatch()};
    return {measured, reason: answer.reason, details: answer.details, beyondLimits: submissionProblems(submission, environment.runner!)};
  } finally {
    stopWatch();
    rmSync(room, {recursive: true, force: true});
  }
}

/** As the analysis does it: 0 at the starting score, 1 at the reference score. */
const scoreOn = ({startingScore, referenceScore}: Constants, raw: number): number =>
  (raw - startingScore) / (referenceScore - startingScore);

const secondsSince = (began: number): number => Math.round(performance.now() - began) / 1000;
