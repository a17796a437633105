import {type ChildProcess, spawn, spawnSync} from "node:child_process";
import {RebenchError} from "../errors.js";
import type {AgentContext} from "../runner/agents/agent.js";
import {greeting} from "../runner/agents/human.js";

/** A person at this terminal: a shell inside, and breaks, which only the terminal can end. */
export type PersonAtTerminal = {
  /** Opens a shell inside, and waits until it is closed or the attempt is over. */
  interact(context: AgentContext): Promise<void>;
  /** Told when everything inside stands still, the shell with it, for a break; `goOn` ends it. */
  onBreak(goOn: () => Promise<void>): void;
};

export function personAtTerminal(): PersonAtTerminal {
  let shell: ChildProcess | null = null;
  return {
    async interact({sandbox, environment, signal, saved}) {
      if (!process.stdin.isTTY) {
        throw new RebenchError("usage", {problem: "--agent human needs a terminal", hint: "Run it at one, or choose another agent."});
      }
      process.stdout.write(greeting(environment.title, saved !== null));
      const [program, ...args] = sandbox.commandLine(["/bin/bash", "-i"]);
      const own = spawn(program!, args, {stdio: "inherit"});
      shell = own;
      const end = () => {
        own.kill("SIGCONT");
        own.kill("SIGHUP");
      };
      signal.addEventListener("abort", end);
      await new Promise<void>((resolve, reject) => {
        own.on("error", reject);
        own.on("close", () => resolve());
      });
      signal.removeEventListener("abort", end);
      shell = null;
    },
    onBreak(goOn) {
      const own = shell;
      own?.kill("SIGSTOP"); // what passes keys to the shell inside leaves them to us
      setTerminal(["sane"]);
      process.stdout.write("\r\nThe clock stands, and so does everything inside. Press Enter to go on.\r\n");
      process.stdin.once("data", () => {
        process.stdin.pause();
        setTerminal(["raw", "-echo"]);
        own?.kill("SIGCONT");
        void goOn();
      });
      process.stdin.resume();
    },
  };
}

/** As the relay of keys has it, and as a person types a line. */
const setTerminal = (settings: readonly string[]) => spawnSync("stty", settings, {stdio: ["inherit", "ignore", "ignore"]});
