import {createHash} from "node:crypto";
import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {bundledCatalogue, findEnvironment} from "../../../src/environment/catalogue.js";
import type {Environment} from "../../../src/environment/environment.js";
import {standStill} from "../../../src/runner/attempt/standStill.js";
import {openJournal} from "../../../src/runner/journal/journal.js";
import {workingClock} from "../../../src/runner/journal/workingClock.js";
import type {SubmissionCopy} from "../../../src/runner/sandbox/submissionCopier.js";
import type {ScorerAnswer} from "../../../src/runner/scoring/runScorer.js";
import {scoreDesk} from "../../../src/runner/scoring/scoreDesk.js";
import {handClock, temporaryFolder} from "../journal/temporary.js";

/** An environment whose higher scores are better, changed. */
export const environmentWith = (changes: Partial<Environment>, runner: Partial<NonNullable<Environment["runner"]>> = {}): Environment => {
  const environment = findEnvironment(bundledCatalogue(), "optimize_kernel");
  return {
    ...environment,
    direction: "higher",
    ...changes,
    runner: {...environment.runner!, scoringCountsTime: false, remeasureBest: false, ...runner},
  };
};

export type World = ReturnType<typeof newWorld>;

/** A desk with a real journal and clock, whose time and workspace are set by hand. */
export function newWorld(environment: Environment = environmentWith({}), folder = temporaryFolder(), startSeconds = 0) {
  const hand = handClock(100);
  const clock = workingClock(hand.monotonic, startSeconds);
  const journal = openJournal(join(folder, "journal.jsonl"), {workingSeconds: clock.seconds, now: hand.now});
  const submissions = join(folder, "submissions");
  mkdirSync(submissions, {recursive: true});
  const world = {
    ...{hand, clock, journal, folder, submissions},
    /** What the workspace holds; `refused: …` is refused. */
    workspace: "1",
    /** What moves inside, and what was done to it. */
    moves: [] as string[],
    scored: [] as string[],
    logs: [] as string[],
    /** Scores by content; how long that takes is up to it. */
    scorer: async (content: string, _remeasure: boolean): Promise<ScorerAnswer> => {
      const score = Number(content);
      return Number.isNaN(score) ? {score: null, reason: "no number", details: {}} : {score, reason: "", details: {secret: 1}};
    },
    beforeCopy: async (_name: string) => {},
  };
  const sandbox = {
    freeze: async () => void world.moves.push("freeze"),
    thaw: async () => void world.moves.push("thaw"),
  };
  const still = standStill(clock, journal, sandbox);
  const desk = scoreDesk({
    ...{environment, journal, clock, still, submissions},
    timeLimitSeconds: 60,
    copy: async (name): Promise<SubmissionCopy> => {
      await world.beforeCopy(name);
      world.moves.push("copy");
      const content = world.workspace;
      if (content.startsWith("refused")) return {refused: content};
      mkdirSync(join(submissions, name));
      writeFileSync(join(submissions, name, "answer"), content);
      const sha256 = createHash("sha256").update(content).digest("hex");
      contents.set(sha256, content);
      return {refused: null, files: 1, bytes: content.length, sha256, missing: []};
    },
    scorer: (submission, remeasure) => {
      const content = contents.get(submission.slice(submission.lastIndexOf("/") + 1))!;
      world.scored.push(remeasure ? `again ${content}` : content);
      return world.scorer(content, remeasure);
    },
    monotonic: hand.monotonic,
    log: (line) => world.logs.push(line),
  });
  return Object.assign(world, {desk, still});
}

const contents = new Map<string, string>();

/** A promise and how to keep it. */
export function gate(): {opened: Promise<void>; open(): void} {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {opened, open};
}

/** Lets everything that can go on go on. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
