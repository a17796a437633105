import {waitFor} from "./cgroupFiles.js";
import type {ControlGroup} from "./cgroups.js";
import {processStat, signalAll, stopIsPending} from "./processes.js";
import type {SandboxMechanism} from "./sandbox.js";

/** Stops all processes of a sandbox, and lets them go on. */
export type Freezer = {mechanism: SandboxMechanism["freezer"]; freeze(): Promise<void>; thaw(): Promise<void>};

/** @param list The processes of the sandbox, without its holder. */
export function freezer(groups: readonly ControlGroup[], list: () => number[]): Freezer {
  const group = groups.find(({freeze}) => freeze !== null);
  return group === undefined ? signalFreezer(list) : {mechanism: group.version, freeze: group.freeze!, thaw: group.thaw!};
}

/** SIGSTOP to all, again and again until two looks in a row find the same processes, all of them stopped. */
function signalFreezer(list: () => number[]): Freezer {
  const stopped = new Map<number, string>(); // by number, with the start time that tells it from a later process
  let before = "";
  const stopAll = (): boolean => {
    const states = list().map((pid) => ({pid, stat: processStat(pid)}));
    const running = states.filter(({pid, stat}) => stat !== null && !standsStill(pid, stat.state));
    for (const {pid, stat} of running) stopped.set(pid, stat!.startTicks);
    signalAll(
      running.map(({pid}) => pid),
      "SIGSTOP",
    );
    const now = states.map(({pid}) => pid).join(" ");
    const stable = running.length === 0 && now === before;
    before = now;
    return stable;
  };
  return {
    mechanism: "sigstop",
    freeze: () => {
      before = "none";
      return waitFor(stopAll, "stopping all processes of the sandbox");
    },
    async thaw() {
      const same = [...stopped].filter(([pid, startTicks]) => processStat(pid)?.startTicks === startTicks);
      signalAll(
        same.map(([pid]) => pid),
        "SIGCONT",
      );
      stopped.clear();
    },
  };
}

/**
 * Stopped, or dead, or waiting in the kernel with the stop ahead of it: a shell that has just made a process waits so for a child that is
 * stopped before it became a program, and runs no instruction of its own before it stops too.
 */
const standsStill = (pid: number, state: string): boolean => ["T", "t", "Z", "X"].includes(state) || (state === "D" && stopIsPending(pid));
