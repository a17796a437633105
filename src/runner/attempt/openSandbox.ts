import {cpSync, mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {packageFolder} from "../../assets.js";
import {type Program, withPrograms} from "../sandbox/programToolchains.js";
import type {RunningSandbox} from "../sandbox/runningSandbox.js";
import {chooseSandbox, startSandbox} from "../sandbox/startSandbox.js";
import {pythonToolchain, type Toolchain} from "../sandbox/toolchain.js";
import {ATTEMPT_SOCKET, clientEnvironment} from "../scoring/protocol.js";
import type {AttemptPlan} from "./attemptPlan.js";

/** Where participants find `score`, `clock`, `submit` and `service`; and the folder of the runner's sockets. */
const CLIENT_INSIDE = "/run/rebench-client";
const SOCKETS_INSIDE = "/run/rebench";
const CLIENT_FILES = ["client.py", "score", "clock", "submit", "service", "forward.py", "python_session.py", "python-session"];

export type SandboxFolders = {
  workspace: string;
  /** Of the runner's sockets. */
  sockets: string;
  /** A copy of the client, so that nothing else of the program is seen. */
  client: string;
};

/** The sandbox of an attempt with its workspace, visible data, client and sockets; and the Python that is inside. */
export async function openSandbox(
  plan: AttemptPlan,
  folders: SandboxFolders,
  given: {
    token: string;
    environment: Record<string, string>;
    binds: readonly {host: string; inside: string}[];
    programs: readonly Program[];
  },
): Promise<{sandbox: RunningSandbox; toolchain: Toolchain}> {
  const asked = toolchainOf(plan.python, given.programs);
  const kind = await chooseSandbox(plan.sandbox);
  const toolchain = await asked;
  copyClient(folders.client);
  mkdirSync(folders.sockets, {recursive: true, mode: 0o700});
  const sandbox = await startSandbox(
    kind,
    {
      id: plan.id.replace(/[^A-Za-z0-9_-]/g, "_"),
      workspace: folders.workspace,
      readOnly: [
        {host: join(plan.data, "visible"), inside: "/data"},
        {host: folders.client, inside: CLIENT_INSIDE},
        ...plan.binds,
        ...given.binds,
      ],
      sockets: [{host: folders.sockets, inside: SOCKETS_INSIDE}],
      network: plan.network,
      environment: {...clientEnvironment({socket: ATTEMPT_SOCKET, token: given.token}), REBENCH_DATA: "/data", ...given.environment},
      limits: {...plan.limits, cpus: null},
      gpus: plan.gpus,
    },
    {toolchain, path: [CLIENT_INSIDE]},
  );
  return {sandbox, toolchain};
}

const toolchains = new Map<string, Promise<Toolchain>>();

/** Asked once of each Python and its companions, however many attempts use them. */
function toolchainOf(python: string, programs: readonly Program[]): Promise<Toolchain> {
  const key = [python, ...programs].join("\0");
  const known = toolchains.get(key) ?? pythonToolchain(python).then((toolchain) => withPrograms(toolchain, programs));
  toolchains.set(key, known);
  known.catch(() => toolchains.delete(key));
  return known;
}

function copyClient(folder: string): void {
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true, mode: 0o755});
  for (const name of CLIENT_FILES) cpSync(join(packageFolder, "src", "runner", "guest", name), join(folder, name));
}

export const forwarderCommand = (toolchain: Toolchain, socket: string): string[] => [
  toolchain.interpreter,
  ...["-I", "-S", "-B", `${CLIENT_INSIDE}/forward.py`, `${SOCKETS_INSIDE}/${socket}`],
];
