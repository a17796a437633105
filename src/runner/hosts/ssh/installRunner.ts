import {RebenchError} from "../../../errors.js";
import {shellWord} from "../../host/shellWord.js";
import type {PackedRunner} from "./packRunner.js";
import type {RemoteHost} from "./probeHost.js";
import {askOverSsh, lastLine, SSH_FAILED, sshError} from "./sshCommand.js";

/**
 * The runner's folder on a host, sent there unless the same one is there already: whole or not at all, and never changed afterwards, so
 * that attempts which run with it are not disturbed by a later version.
 */
export async function installRunner({host, cache}: RemoteHost, runner: PackedRunner): Promise<string> {
  const folder = `${cache}/${runner.name}`;
  const there = await askOverSsh(host, `test -d ${shellWord(folder)}`, "");
  if (there.status === SSH_FAILED) throw sshError(host, there.stderr);
  if (there.status === 0) return folder;
  const script = [
    "set -e",
    "umask 022",
    `mkdir -p ${shellWord(cache)}`,
    `new=$(mktemp -d ${shellWord(`${cache}/installing.XXXXXX`)})`,
    "trap 'rm -rf \"$new\"' EXIT",
    'tar -xzf - -C "$new"',
    'chmod 755 "$new"',
    `mv -T "$new" ${shellWord(folder)} 2>/dev/null || test -d ${shellWord(folder)}`, // somebody else was faster
  ].join("; ");
  const {status, stderr} = await askOverSsh(host, `sh -c ${shellWord(script)}`, runner.archive());
  if (status === SSH_FAILED) throw sshError(host, stderr);
  if (status === 0) return folder;
  throw new RebenchError("host-unusable", {
    problem: `the runner cannot be installed on ${host} in ${cache}: ${lastLine(stderr) || `tar ended with status ${status}`}`,
    hint: "Make room there, or choose another folder with REBENCH_CACHE in its environment.",
  });
}
