import {RebenchError} from "../../errors.js";

/** Where attempts run, as `--host` says it. */
export type HostSpec = {kind: "local"} | {kind: "ssh"; host: string} | {kind: "slurm"; partition: string | null};

const SSH_HOST = /^[A-Za-z0-9_.@:[\]%][A-Za-z0-9_.@:[\]%-]*$/; // nothing that ssh or a shell would take for an option
const PARTITION = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/;

/**
 * @throws RebenchError `usage`.
 * @example parseHostSpec("ssh:gpu1") // => {kind: "ssh", host: "gpu1"}
 * @example parseHostSpec("slurm") // => {kind: "slurm", partition: null}
 */
export function parseHostSpec(text: string): HostSpec {
  if (text === "local") return {kind: "local"};
  if (text === "slurm") return {kind: "slurm", partition: null};
  const [, kind, name] = /^(ssh|slurm):(.*)$/s.exec(text) ?? [];
  if (kind === "ssh" && SSH_HOST.test(name!)) return {kind, host: name!};
  if (kind === "slurm" && PARTITION.test(name!)) return {kind, partition: name!};
  throw new RebenchError("usage", {
    problem: `--host ${JSON.stringify(text)} is no place to run attempts`,
    hint: "Write local, ssh:HOST with a host that your ssh knows, slurm, or slurm:PARTITION.",
  });
}
