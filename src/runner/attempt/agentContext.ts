import {randomBytes} from "node:crypto";
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {formatDuration} from "../../duration.js";
import type {AgentContext, Progress} from "../agents/agent.js";
import type {Ending} from "./attemptEnd.js";
import type {AttemptParts} from "./attemptParts.js";
import {boundedText} from "./boundedText.js";
import type {OpenAttempt} from "./openAttempt.js";
import {replaceDurably} from "./replaceDurably.js";

export type ContextParts = {
  signal: AbortSignal;
  progress: () => Progress;
  countOutput: (bytes: number) => void;
  end: (ending: Ending) => void;
};

/** What an agent whose loop runs in the runner works with. */
export function agentContext(parts: AttemptParts, open: OpenAttempt, {signal, progress, countOutput, end}: ContextParts): AgentContext {
  const {environment, folder, monotonic, log} = parts;
  const {sandbox, desk, models, modelEnvironment, transcript, random} = open;
  return {
    environment,
    instructions: instructionsOf(parts),
    async exec(command, {signal: given, ...options} = {}) {
      if (signal.aborted) return {exitCode: null, signal: "SIGKILL", timedOut: false, output: ""};
      const began = monotonic();
      const output = boundedText();
      const noted = transcript.beginExec(command, {cwd: options.cwd ?? "/workspace"});
      const result = await sandbox.exec(command, {
        ...options,
        ...(given !== signal && {signal: given}), // at the end of an attempt everything inside gets a polite signal first
        environment: {...modelEnvironment, ...options.environment},
        onOutput(chunk, stream) {
          countOutput(chunk.length);
          output.add(chunk, stream);
          noted.onOutput(chunk, stream);
          options.onOutput?.(chunk, stream);
        },
      });
      noted.onEnd(result, monotonic() - began);
      return {...result, output: output.text()};
    },
    score: () => desk.score(randomBytes(12).toString("hex")),
    scoreLog: desk.answers,
    async submit() {
      end({reason: "submitted", detail: null});
    },
    model: models.model,
    sandbox,
    progress,
    random,
    signal,
    saved: existsSync(folder.agentState) ? (JSON.parse(readFileSync(folder.agentState, "utf8")) as unknown) : null,
    async save(state) {
      replaceDurably(folder.agentState, JSON.stringify(state));
    },
    log(line) {
      transcript.note(line);
      log(line);
    },
  };
}

/** The environment's instructions, with the limits of this attempt. */
export function instructionsOf({plan, environmentFolder}: Pick<AttemptParts, "plan" | "environmentFolder">): string {
  const text = readFileSync(join(environmentFolder, "instructions.md"), "utf8").trimEnd();
  const {tokens, costUsd} = plan.limits;
  const limits = [
    `You have ${formatDuration(plan.timeLimitSeconds)} of working time.`,
    ...(tokens === null ? [] : [`Your models may use ${tokens} tokens in all.`]),
    ...(costUsd === null ? [] : [`Your models may cost ${costUsd} US dollars in all.`]),
  ];
  return `${text}\n\n## Limits of this attempt\n\n${limits.join(" ")}\n`;
}
