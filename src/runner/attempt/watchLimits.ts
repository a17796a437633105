import type {EndReason} from "../journal/event.js";
import type {WorkingClock} from "../journal/workingClock.js";
import type {Sandbox} from "../sandbox/sandbox.js";
import type {AttemptPlan} from "./attemptPlan.js";

const TIME_MILLISECONDS = 100;
const USAGE_SECONDS = 5;

export type LimitWatch = {
  /** Bytes that commands printed. */
  countOutput(bytes: number): void;
  stop(): void;
};

/** Tells once when a limit on time, output or disk is reached. Tokens and dollars are the gateway's. */
export function watchLimits(
  {timeLimitSeconds, limits}: Pick<AttemptPlan, "timeLimitSeconds" | "limits">,
  clock: WorkingClock,
  sandbox: Pick<Sandbox, "usage">,
  onLimit: (limit: EndReason) => void,
): LimitWatch {
  let [output, isTold, isLooking] = [0, false, false];
  const tell = (limit: EndReason) => {
    if (isTold) return;
    isTold = true;
    onLimit(limit);
  };
  const time = setInterval(() => {
    if (clock.seconds() >= timeLimitSeconds) tell("time-limit");
  }, TIME_MILLISECONDS);
  const usage = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    const used = await sandbox.usage().catch(() => null); // gone, which is told elsewhere
    isLooking = false;
    if (used !== null && used.diskBytes > limits.diskBytes) tell("disk-limit");
  }, USAGE_SECONDS * 1000);
  return {
    countOutput(bytes) {
      output += bytes;
      if (output > limits.outputBytes) tell("output-limit");
    },
    stop() {
      clearInterval(time);
      clearInterval(usage);
    },
  };
}
