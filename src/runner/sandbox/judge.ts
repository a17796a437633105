import {accessSync, chownSync, constants, mkdtempSync, writeFileSync} from "node:fs";
import {totalmem} from "node:os";
import {join} from "node:path";
import {bubblewrapArguments, firstProcess} from "./bubblewrapArguments.js";
import {anyCgroup} from "./cgroups.js";
import {gpuDevices, gpuEnvironment} from "./gpuDevices.js";
import {GUEST_INSIDE, guestFile, isolatedPython} from "./guestFiles.js";
import type {SandboxFolder} from "./leftovers.js";
import {encodeOrders} from "./orders.js";
import {type Place, takePlace} from "./place.js";
import {processesOfUser, signalAll} from "./processes.js";
import {type SandboxOptions, temporaryBytes} from "./runningSandbox.js";
import {runtimeFolder} from "./runtimeFolder.js";
import type {SandboxLimits} from "./sandbox.js";
import {sandboxEnvironment} from "./sandboxEnvironment.js";
import {systemFiles} from "./systemFiles.js";
import {watchMemory} from "./watchdog.js";

/** What the code of a submission may see and use while it is scored. Paths of the host. */
export type JudgeSpec = {
  id: string;
  /** The copy, at `/submission`. */
  submission: string;
  /** The environment's part that runs in there, at `/judge`. */
  files: string;
  /** What participants see too, at `/data`; null for none. */
  visible: string | null;
  environment: Readonly<Record<string, string>>;
  /** diskBytes: of each file in the exchange folder. */
  limits: SandboxLimits;
  gpus: readonly number[];
};

export type Judge = {
  /** For REBENCH_JUDGE: each program that is started with it gets a fresh sandbox, which ends with its parent. */
  prefix: string[];
  /** `/exchange` as the scorer knows it: in memory, shared by the sandboxes of this judge. */
  exchange: string;
  uid: number | null;
  /** Ends what is left of it. */
  close(): Promise<void>;
};

// The shell puts itself into the control groups and becomes bubblewrap, whose arguments are in a file: inside, the command line of the
// first process can be read, and paths of the host are nobody's business there.
const JOIN = 'rooms=$1; shift; while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec 9<"$rooms"; exec "$@"';

/** Prepares sandboxes for one scoring, with a user of their own: not the participant, not the runner. */
export async function openJudge(spec: JudgeSpec, options: SandboxOptions): Promise<Judge> {
  const choice = {limits: (options.cgroups ?? anyCgroup).limits, freezer: []};
  const place = await takePlace(`${spec.id}-judge`, spec.limits, choice, options.runtime ?? runtimeFolder());
  try {
    return prepared(spec, options, place);
  } catch (error) {
    await place.remove();
    throw error;
  }
}

function prepared(spec: JudgeSpec, options: SandboxOptions, place: Place): Judge {
  const {own, host, hostUid, groups} = place;
  const exchange = exchangeFolder(own, hostUid);
  const list = () => (hostUid === null ? [] : processesOfUser(hostUid));
  const {memoryBytes} = spec.limits;
  const watched = !place.limited && memoryBytes !== null && hostUid !== null;
  const stopWatching = watched ? watchMemory(memoryBytes, list, () => 0) : () => {};
  const [rooms, orders] = [join(own.folder, "rooms"), join(own.folder, "orders")];
  writeFileSync(orders, judgeOrders(spec, options, place, watched), {mode: 0o600});
  writeFileSync(rooms, judgeRooms(spec, options, {place, exchange, orders}).join("\0"), {mode: 0o600});
  const launcher = [...isolatedPython(options.toolchain.interpreter, `${GUEST_INSIDE}/launch.py`), "inside", `${GUEST_INSIDE}/orders`];
  return {
    prefix: [
      ...["/bin/sh", "-c", JOIN, "sh", rooms, ...groups.flatMap(({joinFiles}) => joinFiles), "--"],
      ...[host.bubblewrap, ...(hostUid === null ? firstProcess : ["--as-pid-1"]), "--args", "9", "--", ...launcher],
    ],
    exchange,
    uid: hostUid,
    async close() {
      stopWatching();
      for (const group of groups) group.kill?.();
      signalAll(list(), "SIGKILL");
      await place.remove();
    },
  };
}

type JudgePlace = {place: Place; exchange: string; orders: string};

const judgeRooms = (spec: JudgeSpec, options: SandboxOptions, {place, exchange, orders}: JudgePlace): string[] =>
  bubblewrapArguments({
    user: place.host.user,
    ownNetwork: true,
    readOnly: [
      ...options.toolchain.readOnly,
      {host: orders, inside: `${GUEST_INSIDE}/orders`},
      {host: guestFile("launch.py"), inside: `${GUEST_INSIDE}/launch.py`},
      {host: spec.submission, inside: "/submission"},
      {host: spec.files, inside: "/judge"},
      ...(spec.visible === null ? [] : [{host: spec.visible, inside: "/data"}]),
    ],
    writable: [{host: exchange, inside: "/exchange"}],
    temporaryBytes: temporaryBytes(spec.limits, totalmem()),
    sharedMemoryBytes: temporaryBytes(spec.limits, totalmem()),
    systemFiles: systemFiles(join(place.own.folder, "etc"), {uid: place.uid, gid: place.uid, network: false}),
    devices: gpuDevices(spec.gpus),
    workingFolder: "/",
  });

function exchangeFolder(own: SandboxFolder, uid: number | null): string {
  const folder = mkdtempSync(join(memoryFolder(own.folder), "rebench-exchange-"));
  own.owns({folders: [folder]});
  if (uid !== null) chownSync(folder, uid, uid);
  return folder;
}

function memoryFolder(otherwise: string): string {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return otherwise;
  }
}

/** Where neither control groups nor a watchdog can count it, a limit on address space has to do; not with GPUs, whose driver maps terabytes. */
function judgeOrders(spec: JudgeSpec, options: SandboxOptions, {uid, hostUid, limited}: Place, watched: boolean): Buffer {
  const {limits, gpus} = spec;
  const uncounted = !limited && !watched && gpus.length === 0;
  return encodeOrders({
    uid,
    gid: uid,
    userNamespace: hostUid === null,
    limits: {NPROC: limited ? null : limits.processes, FSIZE: limits.diskBytes, AS: uncounted ? limits.memoryBytes : null},
    cpus: limits.cpus,
    folder: "/exchange",
    environment: {...sandboxEnvironment(options.toolchain.path, {home: "/tmp"}), ...gpuEnvironment(gpus), ...spec.environment},
  });
}
