import {join} from "node:path";
import {RebenchError} from "../../errors.js";
import type {GatewayCall} from "../gateway/lineOptions.js";
import {createMeter} from "../gateway/meter.js";
import {type ModelLine, modelLine} from "../gateway/modelLine.js";
import type {PauseBook} from "../gateway/pauseBook.js";
import type {ModelUpstream} from "../gateway/upstream.js";
import {watchedBook} from "../gateway/watchedBook.js";
import type {TaskModelAsker} from "../journal/event.js";
import type {AskingParts} from "./openModels.js";
import {type TaskGateway, type TaskGatewayParts, taskModelGateway} from "./taskModelGateway.js";

export type TaskModelParts = AskingParts & {
  /** Null: the task has none. */
  upstream: ModelUpstream | null;
  /** For sockets; nobody inside sees it. */
  folder: string;
  onCall: (call: GatewayCall, asker: TaskModelAsker) => void;
  /** The service's key was refused: nothing that is asked later changes that. */
  onServiceUnanswered: (error: RebenchError) => void;
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

/** A scorer of rust_codecontests asks eight questions for each of sixteen problems side by side; a judge or a weak model answers soon. */
const LIMITS = {concurrentCalls: 128, silenceSeconds: 180};

/** A call that was given up after so long had a provider that did not answer: a scoring that failed meanwhile failed for that. */
const SILENT_SECONDS = 120;

/**
 * Opens a gateway for the service and one for scorers, so that what they ask is counted, priced and limited, and keys stay in the runner.
 *
 * Both count against the limits. The service is refused beyond them; a scorer is not, since a submission that was accepted gets its score
 * and so does the one at the end. So the limits are passed by what is being asked when they are reached, and by the scorings after that. A
 * scorer waits for a provider as long as one call may, whatever the attempt's clock has stood still for already.
 */
export async function openTaskModel(parts: TaskModelParts): Promise<TaskModel> {
  const {upstream, book, folder, onFault, onServiceUnanswered} = parts;
  if (upstream === null) return NO_MODEL;
  const waits = {service: watchedBook(book), scorer: watchedBook({...book, leftSeconds: () => Infinity})};
  const lines = linesOf(parts, upstream, {service: waits.service.book, scorer: waits.scorer.book});
  let unanswered: RebenchError | null = null;
  const opened: TaskGateway[] = [];
  const close = async () => {
    for (const gateway of opened.splice(0)) await gateway.close();
  };
  const open = async (asker: TaskModelAsker, heard: Pick<TaskGatewayParts, "onUnanswered" | "onGivenUp">) => {
    const {waitedSeconds} = waits[asker];
    const gateway = await taskModelGateway({...heard, line: lines[asker], upstream, folder: join(folder, asker), waitedSeconds, onFault});
    opened.push(gateway);
    return gateway;
  };
  try {
    const service = await open("service", {
      onUnanswered: (error) => error.code === "model-key-refused" && onServiceUnanswered(error), // what is not there now may be later
      onGivenUp() {},
    });
    const scorer = await open("scorer", {
      onUnanswered(error) {
        unanswered ??= error;
      },
      onGivenUp(seconds) {
        if (seconds >= SILENT_SECONDS) unanswered ??= silent(upstream, seconds);
      },
    });
    return {
      ...{service: service.variables, scorer: scorer.variables, close},
      waitedSeconds: waits.scorer.waitedSeconds,
      async whileScoring(work) {
        unanswered = null;
        try {
          return await work();
        } catch (error) {
          if (error instanceof Error && error.name === "AbortError") throw error; // it was given up, to be asked again
          await scorer.settled();
          throw unanswered ?? error;
        }
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Both count against the limits; that of scorers is not held to them. */
function linesOf(
  {prices, day, tokenLimit, costLimitUsd, calls, random, onCall, onLimit}: TaskModelParts,
  upstream: ModelUpstream,
  books: Record<TaskModelAsker, PauseBook>,
): Record<TaskModelAsker, ModelLine> {
  const limited = createMeter({prices, day, tokenLimit, costLimitUsd, onLimit});
  const unlimited = createMeter({prices, day, tokenLimit: null, costLimitUsd: null});
  for (const call of calls) limited.add(call);
  const common = {upstreams: [upstream], models: upstream.models, random, limits: LIMITS};
  return {
    service: modelLine({...common, book: books.service, meter: limited, onCall: (call) => onCall(call, "service")}),
    scorer: modelLine({
      ...common,
      book: books.scorer,
      meter: unlimited,
      onCall(call) {
        onCall(call, "scorer");
        limited.add(call);
      },
    }),
  };
}

const silent = ({name}: ModelUpstream, seconds: number) =>
  new RebenchError("model-unavailable", {
    problem: `${name} had not answered a scorer for ${Math.round(seconds)} s when the scoring was given up`,
    hint: "Ask again later.",
  });
