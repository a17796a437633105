import {RebenchError} from "../../errors.js";
import {bubblewrapHost, bubblewrapProblem} from "./bubblewrapHost.js";
import {bubblewrapSandbox} from "./bubblewrapSandbox.js";
import type {Engine} from "./engineArguments.js";
import {engineAnswers, engineSandbox} from "./engineSandbox.js";
import {plainSandbox} from "./plainSandbox.js";
import type {RunningSandbox, SandboxOptions} from "./runningSandbox.js";
import type {SandboxSpec} from "./sandbox.js";
import type {SandboxChoice, SandboxKind} from "./sandboxChoices.js";

/** What can be used here, for each kind: null, or why not and what to do. */
export async function sandboxProblems(): Promise<Record<Exclude<SandboxKind, "none">, RebenchError | null>> {
  const [docker, podman] = await Promise.all([engineProblem("docker"), engineProblem("podman")]);
  return {bubblewrap: ownProblem(), docker, podman};
}

/**
 * Which kind of sandbox this host gets: bubblewrap where it works, else an engine that answers. Never none by itself.
 * @throws RebenchError `no-sandbox` with what to install or allow.
 */
export async function chooseSandbox(choice: SandboxChoice): Promise<SandboxKind> {
  if (choice === "none") return choice;
  if (choice === "docker" || choice === "podman") {
    const problem = await engineProblem(choice);
    if (problem !== null) throw problem;
    return choice;
  }
  const problem = ownProblem();
  if (problem === null) return "bubblewrap";
  if (choice === "bubblewrap") throw problem;
  for (const engine of ["docker", "podman"] as const) if (await engineAnswers(engine)) return engine;
  throw new RebenchError("no-sandbox", {
    problem: `${problem.problem}; and neither docker nor podman answers`,
    hint: `${problem.hint}\n  With programs that you trust, --sandbox none runs them without any protection.`,
    cause: problem,
  });
}

/** Starts a sandbox of a kind that `chooseSandbox` gave. */
export async function startSandbox(kind: SandboxKind, spec: SandboxSpec, options: SandboxOptions): Promise<RunningSandbox> {
  if (kind === "bubblewrap") return bubblewrapSandbox(spec, options);
  if (kind === "none") return plainSandbox(spec, options);
  return engineSandbox(kind, spec, options);
}

const engineProblem = async (engine: Engine): Promise<RebenchError | null> =>
  (await engineAnswers(engine))
    ? null
    : new RebenchError("no-sandbox", {
        problem: `${engine} does not answer`,
        hint: `Start its service (see: ${engine} info), or use --sandbox bubblewrap.`,
      });

function ownProblem(): RebenchError | null {
  try {
    return bubblewrapProblem(bubblewrapHost());
  } catch (error) {
    if (error instanceof RebenchError) return error;
    throw error;
  }
}
