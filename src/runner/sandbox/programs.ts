import {constants} from "node:os";
import {RebenchError} from "../../errors.js";
import {type Launched, launch} from "./launch.js";
import type {Orders} from "./orders.js";
import {PausableTimer} from "./pausableTimer.js";
import {processesOfSession, signalAll} from "./processes.js";
import type {ExecOptions, ExecResult} from "./sandbox.js";

/** The programs that the runner starts in one sandbox. While they are frozen none starts, and their time limits stand still. */
export class Programs {
  readonly #timers = new Set<PausableTimer>();
  readonly #starting = new Set<Promise<unknown>>();
  #thawed: Promise<void> = Promise.resolve();
  #tellThawed: (() => void) | null = null;
  #ended = false;

  constructor(
    readonly interpreter: string,
    readonly orders: (command: readonly string[], options: ExecOptions) => Orders,
    readonly name: string,
  ) {}

  /** Returns when all that were being started are where a freezer finds them. */
  async pause(): Promise<void> {
    if (this.#tellThawed !== null) return;
    this.#thawed = new Promise((resolve) => {
      this.#tellThawed = resolve;
    });
    for (const timer of this.#timers) timer.pause();
    await Promise.all(this.#starting);
  }

  resume(): void {
    for (const timer of this.#timers) timer.resume();
    this.#tellThawed?.();
    this.#tellThawed = null;
  }

  /** No more are started. */
  end(): void {
    this.#ended = true;
    this.resume();
  }

  async run(command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    while (this.#tellThawed !== null) await this.#thawed;
    if (this.#ended) {
      throw new RebenchError("no-sandbox", {
        problem: `the sandbox of ${this.name} has ended`,
        hint: "Take the attempt up again with: rebench resume",
      });
    }
    if (options.signal?.aborted) return {exitCode: null, signal: "SIGKILL", timedOut: false};
    const launched = launch(this.interpreter, this.orders(command, options), options);
    this.#starting.add(launched.pid);
    const pid = await launched.pid;
    this.#starting.delete(launched.pid);
    return pid === null ? {...named(await launched.ended), timedOut: false} : this.#watch(launched, pid, options);
  }

  async #watch(launched: Launched, pid: number, {timeoutSeconds = null, signal}: ExecOptions): Promise<ExecResult> {
    let timedOut = false;
    const kill = () => killSession(pid);
    const timer =
      timeoutSeconds === null
        ? null
        : new PausableTimer(timeoutSeconds, () => {
            timedOut = true;
            kill();
          });
    if (timer !== null) this.#timers.add(timer);
    if (timer !== null && this.#tellThawed !== null) timer.pause();
    signal?.addEventListener("abort", kill);
    if (signal?.aborted) kill();
    try {
      return {...named(await launched.ended), timedOut};
    } finally {
      timer?.stop();
      if (timer !== null) this.#timers.delete(timer);
      signal?.removeEventListener("abort", kill);
    }
  }
}

const ROUNDS = 100;

/** Again and again, since those that are not yet dead may start others. */
function killSession(session: number, round = 0): void {
  const pids = processesOfSession(session);
  signalAll(pids, "SIGKILL");
  if (pids.length > 0 && round < ROUNDS) setTimeout(() => killSession(session, round + 1), 5).unref();
}

const named = ({exitCode, signal}: {exitCode: number | null; signal: number | null}) => ({
  exitCode,
  signal: signal === null ? null : (Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `SIG${signal}`),
});
