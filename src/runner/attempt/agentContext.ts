import {randomBytes} from "node:crypto";
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {formatDuration} from "../../duration.js";
import type {AgentContext, Progress} from "../agents/agent.js";
import type {AttemptParts} from "./attemptParts.js";
import type {Ending, OpenAttempt} from "./openAttempt.js";
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
    async exec(command, options = {}) {
      const decoder = new TextDecoder();
      const began = monotonic();
      let output = "";
      const result = await sandbox.exec(command, {
        ...options,
        environment: {...modelEnvironment, ...options.environment},
        onOutput(chunk, stream) {
          countOutput(chunk.length);
          output += decoder.decode(chunk, {stream: true});
          options.onOutput?.(chunk, stream);
        },
      });
      transcript.onExec(command, result, output, {seconds: monotonic() - began, cwd: options.cwd ?? "/workspace"});
      return {...result, output};
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
