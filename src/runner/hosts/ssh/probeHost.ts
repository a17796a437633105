import {RebenchError} from "../../../errors.js";
import {askOverSsh, lastLine, SSH_FAILED, sshError} from "./sshCommand.js";

/** A host as the runner needs to know it. */
export type RemoteHost = {
  host: string;
  /** Programs are found here, as after a login. */
  path: string;
  node: string;
  /** Folder of runners and data. */
  cache: string;
  /** Folder of attempts. */
  runs: string;
  home: string;
};

const MARK = "rebench-probe";

// Programs that people install for themselves are often on the PATH of a login alone. What a login prints is passed over.
const SCRIPT = `
path=$("\${SHELL:-/bin/sh}" -lc 'printf "\\n${MARK} %s\\n" "$PATH"' </dev/null 2>/dev/null | sed -n 's/^${MARK} //p' | tail -n 1)
PATH=\${path:-$PATH}
export PATH
node=\${REBENCH_NODE:-$(command -v node)}
if [ -z "$node" ]; then
  for each in "$HOME"/.nvm/versions/node/*/bin/node "$HOME"/.local/bin/node /usr/local/bin/node; do [ -x "$each" ] && node=$each; done
fi
version=
[ -n "$node" ] && version=$("$node" -p process.versions.node 2>/dev/null)
for each in "system=$(uname -s)" "path=$PATH" "node=$node" "version=$version" "home=$HOME" "python=\${REBENCH_PYTHON:-$(command -v python3)}" \\
  "cache=\${REBENCH_CACHE:-\${XDG_CACHE_HOME:-$HOME/.cache}/rebench}" "runs=\${XDG_DATA_HOME:-$HOME/.local/share}/rebench/runs"; do
  printf '${MARK} %s\\n' "$each"
done
`;

const LEAST_NODE = [20, 19] as const;

/** Asks a host for Node and its folders. @throws RebenchError `host-unreachable`, `host-unusable`. */
export async function probeHost(host: string, needsPython: boolean): Promise<RemoteHost> {
  const {status, stdout, stderr} = await askOverSsh(host, "sh", SCRIPT);
  if (status === SSH_FAILED) throw sshError(host, stderr);
  const facts = Object.fromEntries(
    stdout.split("\n").flatMap((line) => {
      const [, name, value] = /^rebench-probe (\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value!]];
    }),
  );
  const {system, path, node, version, home, python, cache, runs} = facts;
  if (runs === undefined)
    throw unusable(host, `has no shell that runs commands: ${lastLine(stderr) || "it answers nothing"}`, `Try: ssh ${host} uname`);
  if (system !== "Linux") throw unusable(host, `is ${system}, and attempts run on Linux alone`, "Choose another host.");
  if (!node || !version)
    throw unusable(host, "has no Node", `Install Node ${LEAST_NODE.join(".")} or later there, or name it there in REBENCH_NODE.`);
  if (!isRecent(version))
    throw unusable(host, `has Node ${version}, and ${LEAST_NODE.join(".")} or later is needed`, "Install a newer Node there.");
  if (needsPython && !python)
    throw unusable(host, "has no python3", "Install Python 3.10 or later there, or name one there with --python.");
  return {host, path: path!, node, cache: cache!, runs, home: home!};
}

function isRecent(version: string): boolean {
  const [major, minor] = version.split(".").map(Number) as [number, number];
  return major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
}

const unusable = (host: string, what: string, hint: string) => new RebenchError("host-unusable", {problem: `${host} ${what}`, hint});
