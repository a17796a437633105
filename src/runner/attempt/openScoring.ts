import {randomBytes} from "node:crypto";
import {copyFileSync, cpSync, existsSync, mkdirSync} from "node:fs";
import {join} from "node:path";
import type {Environment} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {openJudge} from "../sandbox/judge.js";
import type {RunningSandbox} from "../sandbox/runningSandbox.js";
import {type SubmissionCopy, submissionCopier} from "../sandbox/submissionCopier.js";
import type {Toolchain} from "../sandbox/toolchain.js";
import type {ScorerAnswer} from "../scoring/runScorer.js";
import {scoreWithPatience} from "../scoring/scoreWithPatience.js";
import {startingScoreOption} from "../scoring/startingScoreOption.js";
import type {AttemptPlan} from "./attemptPlan.js";
import type {TaskModel} from "./openTaskModel.js";

export type Scoring = {
  copy: (name: string) => Promise<SubmissionCopy>;
  scorer: (submission: string, remeasure: boolean) => Promise<ScorerAnswer>;
  /** Ends a scorer that runs: what it was asked is asked again later. */
  interrupt(): void;
  close(): Promise<void>;
};

type ScoringParts = {
  plan: AttemptPlan;
  environment: Environment;
  environmentFolder: string;
  workspace: string;
  submissions: string;
  /** What the environment's service keeps. */
  service: string;
  /** For copies of what runs beside a submission's code. */
  judgeFiles: string;
  /** What scorers get of the host's environment. */
  variables: Record<string, string>;
  taskModel: TaskModel;
};

/**
 * How submissions of an attempt are copied and scored: the copier waits as the participant, judges are made for each scoring.
 *
 * @throws RebenchError `no-sandbox` where submitted code would run unconfined though the participant is confined.
 */
export function openScoring(parts: ScoringParts, sandbox: RunningSandbox, toolchain: Toolchain): Scoring {
  const {plan, environment, environmentFolder, workspace, submissions, service, judgeFiles, variables, taskModel} = parts;
  const {sandbox: kind} = sandbox.mechanism;
  const hasJudge = copyJudge(environmentFolder, judgeFiles);
  if (hasJudge && (kind === "docker" || kind === "podman")) throw noJudge(environment, kind);
  const {submission: paths, maxBytes, maxFiles, maxDepth, scoringTimeoutSeconds} = environment.runner!;
  const copier = submissionCopier(sandbox, workspace, submissions, {toolchain}); // the agent need not wait until it is ready
  copier.catch(() => {}); // whoever wants a copy hears of it
  const interrupted = new AbortController();
  return {
    copy: async (name) => (await copier).copy({paths, maxBytes, maxFiles, maxDepth}, name),
    async scorer(submission, remeasure) {
      const judge = hasJudge && kind === "bubblewrap" ? await openJudge(judgeSpec(plan, submission, judgeFiles), {toolchain}) : null;
      try {
        const call = {
          python: toolchain.python,
          environmentFolder,
          tier: plan.tier,
          submission,
          visible: join(plan.data, "visible"),
          protected: join(plan.data, "protected"),
          judge,
          options: [
            ...(environment.runner!.service ? ["--state", service] : []),
            ...(environment.runner!.timed ? startingScoreOption(plan.startingScore) : []),
            ...(remeasure ? ["--remeasure"] : []),
          ],
          timeoutSeconds: scoringTimeoutSeconds[plan.tier] ?? 600,
          environment: {...variables, ...taskModel.scorer},
          waitedSeconds: taskModel.waitedSeconds,
          signal: interrupted.signal,
        };
        return await taskModel.whileScoring(() => scoreWithPatience(call));
      } finally {
        await judge?.close();
      }
    },
    interrupt: () => interrupted.abort(),
    async close() {
      await (await copier.catch(() => null))?.close();
    },
  };
}

const noJudge = ({name}: Environment, engine: string) =>
  new RebenchError("no-sandbox", {
    problem: `${name} runs what is submitted, and with ${engine} there is no sandbox to run it in`,
    hint: "Use --sandbox bubblewrap (see: rebench doctor). With programs that you trust, --sandbox none runs them without any protection.",
  });

const judgeSpec = (plan: AttemptPlan, submission: string, files: string) => ({
  id: `${plan.id.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 40)}-${randomBytes(3).toString("hex")}`,
  submission,
  files,
  visible: join(plan.data, "visible"),
  environment: {},
  limits: {...plan.limits, cpus: null},
  gpus: plan.gpus,
});

/** What runs beside a submission's code: judge.py and what environments share, without the scorer or anything else of the environment. */
function copyJudge(environmentFolder: string, to: string): boolean {
  const judge = join(environmentFolder, "judge.py");
  if (!existsSync(judge)) return false;
  mkdirSync(to, {recursive: true, mode: 0o755});
  copyFileSync(judge, join(to, "judge.py"));
  const shared = join(environmentFolder, "..", "_lib", "rebench_lib");
  const filter = (path: string) => !path.includes("__pycache__");
  if (existsSync(shared)) cpSync(shared, join(to, "rebench_lib"), {recursive: true, filter});
  return true;
}
