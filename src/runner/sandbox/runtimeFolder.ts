import {mkdirSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";

/** Where locks and what belongs to live sandboxes are: gone with the next start of the machine, seen by no participant. */
export function runtimeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const uid = process.getuid!();
  const folder =
    uid === 0
      ? "/run/rebench"
      : environment.XDG_RUNTIME_DIR
        ? join(environment.XDG_RUNTIME_DIR, "rebench")
        : join(tmpdir(), `rebench-${uid}`);
  mkdirSync(folder, {recursive: true, mode: 0o700});
  return folder;
}
