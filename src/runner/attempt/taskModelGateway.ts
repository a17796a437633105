import {randomBytes} from "node:crypto";
import type {RebenchError} from "../../errors.js";
import {systemClock} from "../gateway/clock.js";
import type {ModelLine} from "../gateway/modelLine.js";
import {startGateway} from "../gateway/startGateway.js";
import type {ModelUpstream} from "../gateway/upstream.js";

export type TaskGatewayParts = {
  line: ModelLine;
  upstream: ModelUpstream;
  /** For its socket. */
  folder: string;
  waitedSeconds: () => number;
  /** Until it is closed: nobody could be asked, `model-key-refused` or `model-unavailable`. */
  onUnanswered: (error: RebenchError) => void;
  /** A question that was given up after so many seconds. */
  onGivenUp: (seconds: number) => void;
  onFault: (error: Error) => void;
};

/** One program's way to the model that is part of its task. */
export type TaskGateway = {
  /** Environment variables with which the program finds it. */
  variables: Record<string, string>;
  /** Resolves when all that was asked until now is answered, or given up, and noted. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

export async function taskModelGateway(parts: TaskGatewayParts): Promise<TaskGateway> {
  const {upstream, folder, waitedSeconds, onUnanswered, onGivenUp, onFault} = parts;
  const token = randomBytes(24).toString("hex");
  const open = new Set<Promise<unknown>>();
  let isClosed = false;
  const settled = async () => {
    await Promise.allSettled(open);
  };
  const gateway = await startGateway(noting(parts.line, open, onGivenUp), {
    ...{socketFolder: folder, token, onFault, waitedSeconds},
    onUnanswered: (error) => isClosed || onUnanswered(error),
  });
  return {
    variables: {REBENCH_MODEL_URL: `unix:${gateway.socketPath}`, REBENCH_MODEL_KEY: token, REBENCH_MODEL_NAME: nameOnWire(upstream)},
    settled,
    async close() {
      isClosed = true;
      await gateway.close();
      await settled();
    },
  };
}

/** A line whose questions are in `open` until they are answered and noted. */
const noting = (line: ModelLine, open: Set<Promise<unknown>>, onGivenUp: (seconds: number) => void): ModelLine => ({
  ...line,
  ask(request) {
    const own = line.ask(request);
    const began = systemClock.nowSeconds();
    open.add(own);
    own.then(
      () => open.delete(own),
      () => {
        onGivenUp(systemClock.nowSeconds() - began);
        open.delete(own);
      },
    );
    return own;
  },
});

/** Says outright which wire it speaks, where its name alone says another. */
const nameOnWire = ({wire, models: [model]}: ModelUpstream): string => `${wire}:${model}`;
