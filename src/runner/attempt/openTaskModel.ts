import {randomBytes} from "node:crypto";
import {join} from "node:path";
import type {PriceFinder} from "../../cost/priceFinder.js";
import type {RebenchError} from "../../errors.js";
import {systemClock} from "../gateway/clock.js";
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
  /** The service has no model to ask. */
  onServiceUnanswered: (error: RebenchError) => void;
  onFault: (error: Error) => void;
};

/** The language model that is part of a task, for trusted programs on the host: the environment variables with which each finds it. */
export type TaskModel = Record<TaskModelAsker, Record<string, string>> & {
  /** How long scorers have waited for its provider, in all. */
  waitedSeconds(): number;
  /** What makes a scoring fail because the model was not to be had is thrown in the place of the failure: it can be put right. */
  whileScoring<T>(work: () => Promise<T>): Promise<T>;
  /** Ends what is being asked; resolves when all of it is noted. */
  close(): Promise<void>;
};

const NO_MODEL: TaskModel = {service: {}, scorer: {}, waitedSeconds: () => 0, whileScoring: (work) => work(), close: async () => {}};

/** Of a scorer: one for rust_codecontests asks for sixteen problems side by side. */
const SCORERS_CALLS = 128;

/**
 * Opens a gateway for the service and one for scorers, so that what they ask is counted, priced and limited, and keys stay in the runner.
 *
 * Both count against the limits. The service is refused beyond them; a scorer is not, since a submission that was accepted gets its score
 * and so does the one at the end. So the limits are passed by what is being asked when they are reached, and by the scorings after that. A
 * scorer waits for a provider as long as one call may, whatever the attempt's clock has stood still for already.
 */
export async function openTaskModel(parts: TaskModelParts): Promise<TaskModel> {
  const {upstream, prices, day, tokenLimit, costLimitUsd, calls, book, random, folder, onCall, onLimit, onFault} = parts;
  if (upstream === null) return NO_MODEL;
  const limited = createMeter({prices, day, tokenLimit, costLimitUsd, onLimit});
  const unlimited = createMeter({prices, day, tokenLimit: null, costLimitUsd: null});
  for (const call of calls) limited.add(call);
  const common = {upstreams: [upstream], models: upstream.models, random};
  const patience = patientBook(book);
  let [isClosed, unanswered]: [boolean, RebenchError | null] = [false, null];
  const lines: Record<TaskModelAsker, ModelLine> = {
    service: modelLine({...common, book, meter: limited, onCall: (call) => onCall(call, "service")}),
    scorer: modelLine({
      ...common,
      book: patience.book,
      meter: unlimited,
      limits: {concurrentCalls: SCORERS_CALLS},
      onCall(call) {
        onCall(call, "scorer");
        limited.add(call);
      },
    }),
  };
  const onUnanswered = {
    service: parts.onServiceUnanswered,
    scorer(error: RebenchError) {
      unanswered ??= error;
    },
  };
  const open = new Set<Promise<unknown>>();
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    isClosed = true;
    for (const each of closing.splice(0)) await each();
    await Promise.allSettled(open);
  };
  const opened = async (asker: TaskModelAsker) => {
    const token = randomBytes(24).toString("hex");
    const gateway = await startGateway(noting(lines[asker], open), {
      ...{socketFolder: join(folder, asker), token, onFault},
      onUnanswered: (error) => isClosed || onUnanswered[asker](error),
    });
    closing.push(gateway.close);
    return {REBENCH_MODEL_URL: `unix:${gateway.socketPath}`, REBENCH_MODEL_KEY: token, REBENCH_MODEL_NAME: nameOnWire(upstream)};
  };
  try {
    return {
      ...{service: await opened("service"), scorer: await opened("scorer")},
      waitedSeconds: patience.waitedSeconds,
      async whileScoring(work) {
        unanswered = null;
        try {
          return await work();
        } catch (error) {
          throw unanswered ?? error;
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A line whose questions are in `open` until they are answered and noted. */
const noting = (line: ModelLine, open: Set<Promise<unknown>>): ModelLine => ({
  ...line,
  ask(request) {
    const own = line.ask(request);
    open.add(own);
    const over = () => open.delete(own);
    own.then(over, over);
    return own;
  },
});

/** For those who wait whatever was waited before; and how long that was, in all. */
function patientBook(book: PauseBook): {book: PauseBook; waitedSeconds(): number} {
  let [waiting, since, seconds] = [0, 0, 0];
  return {
    book: {
      ...book,
      leftSeconds: () => Infinity,
      async wait(...given) {
        if (waiting++ === 0) since = systemClock.nowSeconds();
        try {
          await book.wait(...given);
        } finally {
          if (--waiting === 0) seconds += systemClock.nowSeconds() - since;
        }
      },
    },
    waitedSeconds: () => seconds + (waiting === 0 ? 0 : systemClock.nowSeconds() - since),
  };
}

/** Says outright which wire it speaks, where its name alone says another. */
const nameOnWire = ({wire, models: [model]}: ModelUpstream): string => `${wire}:${model}`;
