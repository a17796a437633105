import type {PriceFinder} from "../../cost/priceFinder.js";
import {RebenchError} from "../../errors.js";
import {gatewayEnvironment} from "../gateway/gatewayEnvironment.js";
import {type GatewayCall, LINE_LIMITS} from "../gateway/lineOptions.js";
import {createMeter, type Meter, type MeteredCall, type SpentLimit} from "../gateway/meter.js";
import type {Model} from "../gateway/model.js";
import {modelLine} from "../gateway/modelLine.js";
import {modelThrough} from "../gateway/modelThrough.js";
import type {PauseBook} from "../gateway/pauseBook.js";
import {SOCKET_NAME, startGateway} from "../gateway/startGateway.js";
import type {ModelUpstream} from "../gateway/upstream.js";
import type {RunningSandbox} from "../sandbox/runningSandbox.js";
import type {Toolchain} from "../sandbox/toolchain.js";
import {forwarderCommand} from "./openSandbox.js";

/** Port of the gateway inside a sandbox: in a network of its own nothing else has it. */
const PORT_INSIDE = 8787;

/** What asking models takes, whoever asks. */
export type AskingParts = {
  prices: PriceFinder;
  /** Day of the attempt's start, UTC. */
  day: string;
  tokenLimit: number | null;
  costLimitUsd: number | null;
  /** Calls before this runner took over. */
  calls: readonly MeteredCall[];
  book: PauseBook;
  random: () => number;
  onLimit: (limit: SpentLimit) => void;
  onFault: (error: Error) => void;
};

export type ModelParts = AskingParts & {
  models: readonly string[];
  upstreams: readonly ModelUpstream[];
  onCall: (call: GatewayCall) => void;
};

export type Models = {
  model: Model;
  meter: Meter;
  /** Offers the models inside; the environment variables with which programs find them. */
  offer(sandbox: RunningSandbox, toolchain: Toolchain, folder: string, token: string): Promise<Record<string, string>>;
  close(): Promise<void>;
};

/** What an attempt may ask of models: counted, limited, and with the clock held while a provider does not answer. */
export function openModels(parts: ModelParts): Models {
  const {models, upstreams, prices, day, tokenLimit, costLimitUsd, calls} = parts;
  const meter = createMeter({prices, day, tokenLimit, costLimitUsd, onLimit: parts.onLimit});
  for (const call of calls) meter.add(call);
  const {book, random, onCall} = parts;
  const limits = {transcriptCharacters: LINE_LIMITS.bodyBytes}; // whole: a history that is cut loses what is new in it
  const line = modelLine({upstreams, models, meter, onCall, book, random, limits});
  const closing: (() => Promise<void>)[] = [];
  return {
    model: modelThrough(line),
    meter,
    async offer(sandbox, toolchain, socketFolder, token) {
      if (models.length === 0) return {};
      const owner = sandbox.uid === null ? undefined : {uid: sandbox.uid, gid: sandbox.uid};
      const onHost = sandbox.mechanism.sandbox === "none";
      const gateway = await startGateway(line, {
        socketFolder,
        token,
        ...(owner && {owner}),
        ...(onHost && {listen: {tcp: true}}),
        onFault: parts.onFault,
      });
      closing.push(() => gateway.close());
      if (gateway.port !== null) return gatewayEnvironment({port: gateway.port, token});
      await listening(sandbox, [...forwarderCommand(toolchain, SOCKET_NAME), String(PORT_INSIDE)]);
      return gatewayEnvironment({port: PORT_INSIDE, token});
    },
    async close() {
      line.close();
      for (const close of closing) await close();
    },
  };
}

/** Starts the forwarder, which ends with the sandbox; resolves when it says that it listens, so that no program comes too early. */
const listening = (sandbox: RunningSandbox, command: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = "";
    const onOutput = (chunk: Uint8Array, stream: "stdout" | "stderr") => {
      if (stream === "stdout") resolve();
      else said = `${said}${Buffer.from(chunk).toString("utf8")}`.slice(-500);
    };
    const failed = (why: string) =>
      reject(new RebenchError("no-sandbox", {problem: `models cannot be offered inside: ${why}`, hint: "See: rebench doctor"}));
    sandbox.exec(command, {onOutput}).then(
      () => failed(said.trim() || "the forwarder ended"),
      (error: Error) => failed(error.message),
    );
  });
