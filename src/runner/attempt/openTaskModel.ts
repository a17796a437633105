import {randomBytes} from "node:crypto";
import {join} from "node:path";
import type {PriceFinder} from "../../cost/priceFinder.js";
import type {GatewayCall} from "../gateway/lineOptions.js";
import {createMeter, type MeteredCall, type SpentLimit} from "../gateway/meter.js";
import {type ModelLine, modelLine} from "../gateway/modelLine.js";
import type {PauseBook} from "../gateway/pauseBook.js";
import {startGateway} from "../gateway/startGateway.js";
import type {ModelUpstream} from "../gateway/upstream.js";
import type {TaskModelAsker} from "../journal/event.js";

export type TaskModelParts = {
  /** Null: the task has none. */
  upstream: ModelUpstream | null;
  prices: PriceFinder;
  /** Day of the attempt's start, UTC. */
  day: string;
  tokenLimit: number | null;
  costLimitUsd: number | null;
  /** Calls before this runner took over. */
  calls: readonly MeteredCall[];
  book: PauseBook;
  random: () => number;
  /** For sockets; nobody inside sees it. */
  folder: string;
  onCall: (call: GatewayCall, asker: TaskModelAsker) => void;
  onLimit: (limit: SpentLimit) => void;
  onFault: (error: Error) => void;
};

/** The language model that is part of a task, for trusted programs on the host: the environment variables with which each finds it. */
export type TaskModel = Record<TaskModelAsker, Record<string, string>> & {close(): Promise<void>};

/**
 * Opens a gateway for the service and one for scorers, so that what they ask is counted, priced and limited, and keys stay in the runner.
 *
 * Both count against the limits. The service is refused beyond them; a scorer is not, since a submission that was accepted gets its score
 * and so does the one at the end. So the limits are passed by no more than what the scorings after them cost.
 */
export async function openTaskModel(parts: TaskModelParts): Promise<TaskModel> {
  const {upstream, prices, day, tokenLimit, costLimitUsd, calls, book, random, folder, onCall, onLimit, onFault} = parts;
  if (upstream === null) return {service: {}, scorer: {}, close: async () => {}};
  const limited = createMeter({prices, day, tokenLimit, costLimitUsd, onLimit});
  const unlimited = createMeter({prices, day, tokenLimit: null, costLimitUsd: null});
  for (const call of calls) limited.add(call);
  const common = {upstreams: [upstream], models: upstream.models, book, random};
  const lines: Record<TaskModelAsker, ModelLine> = {
    service: modelLine({...common, meter: limited, onCall: (call) => onCall(call, "service")}),
    scorer: modelLine({
      ...common,
      meter: unlimited,
      onCall(call) {
        onCall(call, "scorer");
        limited.add(call);
      },
    }),
  };
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const each of closing.splice(0)) await each();
  };
  const opened = async (asker: TaskModelAsker) => {
    const token = randomBytes(24).toString("hex");
    const gateway = await startGateway(lines[asker], {socketFolder: join(folder, asker), token, onFault});
    closing.push(gateway.close);
    return {REBENCH_MODEL_URL: `unix:${gateway.socketPath}`, REBENCH_MODEL_KEY: token, REBENCH_MODEL_NAME: nameOnWire(upstream)};
  };
  try {
    return {service: await opened("service"), scorer: await opened("scorer"), close};
  } catch (error) {
    await close();
    throw error;
  }
}

/** Says outright which wire it speaks, where its name alone says another. */
const nameOnWire = ({wire, models: [model]}: ModelUpstream): string => `${wire}:${model}`;
