import {createHash} from "node:crypto";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {median, sampleStandardDeviation} from "simple-statistics";
import type {Environment, Tier} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {type Measurement, measureSolution} from "../environments/measureSolution.js";
import {REFERENCE} from "../environments/solutions.js";
import type {Fingerprint} from "../host/hostFingerprint.js";
import type {Calibration} from "./calibration.js";

export type CalibrationOptions = {
  python: string;
  /** The environment's. */
  folder: string;
  tier: Tier;
  /** Prepared: the folder with `visible` and `protected`. */
  data: string;
  /** Scorings of the starting solution, and of the reference, which is solved anew for each. */
  runs: number;
  host: Fingerprint;
  now: () => Date;
  log: (line: string) => void;
};

/**
 * Measures on this host what becomes 0 and 1: medians of `runs` scorings each, outside of any attempt's clock.
 *
 * Of a timed environment the starting score is what its scorer measured of the starting solution by itself (`measuredStartingScore`), since
 * the scores that it gives are relative to that; it is in force for the scorings of the reference.
 *
 * @throws RebenchError `invalid-environment` where one of the two is not a valid submission, or the reference is not better; what scorers can give.
 */
export async function calibrate(environment: Environment, options: CalibrationOptions): Promise<Calibration> {
  const {tier, runs, host, log, now} = options;
  const room = mkdtempSync(join(tmpdir(), "rebench-calibrate-"));
  try {
    const measured = async (name: string, startingScore: number | null): Promise<Measurement[]> => {
      const found: Measurement[] = [];
      for (let i = 1; i <= runs; ++i) {
        log(`calibrating ${environment.name}, tier ${tier}: ${name === REFERENCE ? "reference" : "starting solution"}, ${i} of ${runs}`);
        found.push(
          await measureSolution(name, environment, {...options, constants: null, startingScore}, options.data, join(room, `${name}-${i}`)),
        );
      }
      return found;
    };
    const start = (await measured("start", null)).map((one) => startingScoreOf(environment, one));
    const startingScore = median(start);
    const timed = environment.runner!.timed;
    const reference = (await measured(REFERENCE, timed ? startingScore : null)).map((one) => validScore(environment, one));
    const referenceScore = median(reference);
    if (environment.direction === "higher" ? referenceScore <= startingScore : referenceScore >= startingScore) {
      throw unusable(
        environment,
        `the reference (raw score ${referenceScore}) is not better than the starting solution (${startingScore})`,
      );
    }
    const sample = (scores: number[]) => ({
      scores,
      normalizedDeviation: scores.length < 2 ? null : sampleStandardDeviation(scores) / Math.abs(referenceScore - startingScore),
    });
    const measuredAt = now().toISOString();
    const facts = {
      ...{environment: environment.name, environmentVersion: environment.version, tier, startingScore, referenceScore},
      ...{start: sample(start), reference: sample(reference), measuredAt, host},
    };
    const hash = createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 8);
    return {format: "rebench-calibration", formatVersion: 1, id: `host-${measuredAt.slice(0, 10)}-${hash}`, ...facts};
  } finally {
    rmSync(room, {recursive: true, force: true});
  }
}

function startingScoreOf(environment: Environment, measurement: Measurement): number {
  const score = validScore(environment, measurement);
  if (!environment.runner!.timed) return score;
  const {measuredStartingScore: own} = measurement.details;
  if (typeof own === "number" && Number.isFinite(own)) return own;
  throw unusable(environment, "its scorer gives no number measuredStartingScore in details, which timed environments have to");
}

function validScore(environment: Environment, {measured: {name, rawScore}, reason}: Measurement): number {
  if (rawScore !== null) return rawScore;
  throw unusable(environment, `${name} is not a valid submission: ${reason}`);
}

const unusable = ({name}: Environment, why: string) =>
  new RebenchError("invalid-environment", {
    problem: `${name} cannot be calibrated: ${why}`,
    hint: `Look into it with: rebench environments check ${name}`,
  });
