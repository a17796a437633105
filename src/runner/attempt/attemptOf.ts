import {join} from "node:path";
import {type PriceFinder, priceFinder} from "../../cost/priceFinder.js";
import {readPrices} from "../../cost/readPrices.js";
import type {Environment} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import type {Attempt} from "../../record/attempt.js";
import type {AgentContext} from "../agents/agent.js";
import {agentOf} from "../agents/agentOf.js";
import {commandProgram} from "../agents/command.js";
import {type AgentSpec, parseAgentSpec} from "../agents/parseAgentSpec.js";
import {SUBMISSION_PROGRAM} from "../environments/makeSubmission.js";
import {REFERENCE, readSolution} from "../environments/solutions.js";
import {modelName, readTaskUpstream, readUpstreams} from "../gateway/readUpstreams.js";
import {pythonEnvironment} from "../host/pythonEnvironment.js";
import {attemptFolder} from "./attemptFolder.js";
import type {AttemptParts} from "./attemptParts.js";
import type {AttemptPlan} from "./attemptPlan.js";

/** What running takes besides the plan: who watches, the host, and the user's environment variables. */
export type Surroundings = Pick<AttemptParts, "host" | "now" | "monotonic" | "signal" | "onEvent" | "onProgress" | "onBreak" | "log"> & {
  variables: Readonly<Record<string, string | undefined>>;
  pricesFile: string | null;
  /** Opens a shell inside for a person. */
  interact(context: AgentContext): Promise<void>;
};

/** An attempt as {@link runAttempt} takes it, from its plan: the same for a new one and for one that is taken up again. */
export function attemptOf(
  plan: AttemptPlan,
  environment: Environment,
  environmentFolder: string,
  runs: string,
  given: Surroundings,
): AttemptParts {
  const {variables, pricesFile, interact, ...surroundings} = given;
  const spec = parseAgentSpec(plan.agent);
  const folder = attemptFolder(join(runs, plan.id), plan.id);
  const solution = spec.kind === "reference" ? readSolution(environmentFolder, REFERENCE) : null;
  const referenceCommand = solution?.has(SUBMISSION_PROGRAM) ? ["python3", SUBMISSION_PROGRAM] : null;
  const agent = agentOf(spec, {interact, referenceCommand});
  return {
    ...surroundings,
    plan,
    folder,
    environment,
    environmentFolder,
    agent: {...agent, models: agent.models.map(modelName)},
    participant: participantOf(spec, agent.participant, plan),
    binds: spec.kind === "command" ? commandProgram(spec).readOnly : [],
    solution,
    upstreams: readUpstreams(variables, agent.models),
    prices: pricesOf(pricesFile),
    variables: pythonEnvironment({...variables}),
    taskUpstream: taskUpstreamOf(plan, environment, variables),
    breaks: spec.kind === "human",
  };
}

/** @throws RebenchError `usage` where the task has a model and a plan of an older version names none. */
function taskUpstreamOf({taskModel, tier, id}: AttemptPlan, {name, runner}: Environment, variables: Surroundings["variables"]) {
  if (taskModel !== null) return readTaskUpstream(variables, taskModel);
  if (!runner!.taskModel.includes(tier)) return null;
  throw new RebenchError("usage", {
    problem: `${name} asks a language model of its own at tier ${tier}, and the plan of ${id} names none`,
    hint: 'Add it to attempt.json in the folder of the attempt, as "taskModel": "openai:gpt-4o-mini", say.',
  });
}

const pricesOf = (file: string | null): PriceFinder => priceFinder(readPrices(file));

function participantOf(
  spec: AgentSpec,
  {scaffold, model}: {scaffold: string | null; model: string | null},
  plan: AttemptPlan,
): Attempt["participant"] {
  if (spec.kind === "human") return {kind: "human", person: plan.person, cohort: plan.cohort, yearsExperience: null};
  return {kind: "agent", model, scaffold, alias: null};
}
