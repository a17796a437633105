import {type ChildProcess, spawn} from "node:child_process";
import {mkdirSync} from "node:fs";
import {createInterface} from "node:readline";
import {RebenchError} from "../../errors.js";
import {endsWithRunner} from "../scoring/endsWithRunner.js";

export type ServiceCall = {
  python: string;
  /** The environment's folder, with service.py. */
  environmentFolder: string;
  tier: string;
  visible: string;
  protected: string;
  /** Kept for the attempt: what a service has promised outlives its process. */
  state: string;
  /** Its environment variables. */
  environment: Record<string, string>;
  log: (line: string) => void;
};

/** What participants may ask of their environment and not do themselves, such as training under a budget. */
export type Service = {
  /**
   * Asks, one request after the other. The process is started with the first, and again where it has ended.
   *
   * @param request One line of JSON.
   * @returns Its answer, one line of JSON.
   * @throws RebenchError `service-broken` where there is none: a fault of ours.
   */
  ask(request: string): Promise<string>;
  /** It stands still while the clock does: nobody gains time from a pause. */
  freeze(): void;
  thaw(): void;
  /** Ends it, whatever it does; requests that wait are not answered. */
  close(): void;
};

/** A longer answer is a fault of the service. */
const MOST_ANSWER_BYTES = 16 << 20;

/** @param call See environments/README.md for how service.py is called. */
export function serviceProcess(call: ServiceCall): Service {
  let running: Running | null = null;
  let [last, isClosed, isFrozen]: [Promise<unknown>, boolean, boolean] = [Promise.resolve(), false, false];
  const asked = async (request: string): Promise<string> => {
    if (isClosed) throw broken("the attempt is over");
    if (running === null || running.hasEnded()) {
      running = start(call);
      if (isFrozen) running.signal("SIGSTOP");
    }
    return running.ask(request);
  };
  return {
    ask(request) {
      const own = last.then(() => asked(request));
      last = own.catch(({message}: Error) => call.log(message)); // one after the other, whatever becomes of the one before
      return own;
    },
    freeze() {
      isFrozen = true;
      running?.signal("SIGSTOP");
    },
    thaw() {
      isFrozen = false;
      running?.signal("SIGCONT");
    },
    close() {
      isClosed = true;
      running?.signal("SIGKILL");
    },
  };
}

type Running = {
  ask(request: string): Promise<string>;
  hasEnded(): boolean;
  /** To all that it has started, too. */
  signal(name: NodeJS.Signals): void;
};

function start({python, environmentFolder, tier, visible, state, environment, ...call}: ServiceCall): Running {
  mkdirSync(state, {recursive: true, mode: 0o700});
  const data = ["--visible", visible, "--protected", call.protected, "--state", state];
  const [program, ...before] = [...endsWithRunner(), python];
  const child = spawn(program!, [...before, "-u", `${environmentFolder}/service.py`, "--tier", tier, ...data], {
    cwd: environmentFolder,
    env: {...environment, PYTHONDONTWRITEBYTECODE: "1"},
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // a group of its own, so that all of it can be stopped and ended
  });
  let [stderr, waiting, ended]: [string, Waiting | null, string | null] = ["", null, null];
  const end = (why: string) => {
    ended ??= why;
    signalGroup(child, "SIGKILL"); // what it left behind
    waiting?.reject(broken(ended, stderr));
    waiting = null;
  };
  child.stderr!.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  child.stdin!.on("error", () => {}); // said by its end
  child.once("error", ({message}) => end(`it could not be started: ${message}`));
  child.once("close", (code, signal) => end(code === null ? `it was ended by ${signal}` : `it ended with status ${code}`));
  let size = 0;
  child.stdout!.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_ANSWER_BYTES) end(`its answer has more than ${MOST_ANSWER_BYTES} bytes`);
  });
  createInterface({input: child.stdout!}).on("line", (line) => {
    size = 0;
    if (waiting === null) return end("it said something that nobody had asked for");
    if (!isJson(line)) return end("its answer is not JSON");
    waiting.resolve(line);
    waiting = null;
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended !== null) return reject(broken(ended, stderr));
        waiting = {resolve, reject};
        child.stdin!.write(`${request}\n`);
      }),
    hasEnded: () => ended !== null,
    signal: (name) => signalGroup(child, name),
  };
}

type Waiting = {resolve: (line: string) => void; reject: (error: RebenchError) => void};

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function signalGroup({pid}: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // it has just ended
  }
}

const broken = (why: string, stderr = "") =>
  new RebenchError("service-broken", {
    problem: `the environment's service is broken: ${why}`,
    hint: stderr.trim() === "" ? "" : `It wrote:\n${stderr.trim().replace(/^/gm, "    ")}`,
  });
