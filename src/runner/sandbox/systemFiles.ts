import {mkdirSync, realpathSync, writeFileSync} from "node:fs";
import {join} from "node:path";

export const PARTICIPANT = "participant";

/** Made-up files of `/etc` in a folder of the sandbox, as arguments that show them: no user of this machine, no host name. */
export function systemFiles(folder: string, {uid, gid, network}: {uid: number; gid: number; network: boolean}): string[] {
  mkdirSync(folder, {recursive: true, mode: 0o755});
  const texts = {
    passwd: `root:x:0:0:root:/:/usr/sbin/nologin\n${PARTICIPANT}:x:${uid}:${gid}::/workspace:/bin/bash\n`,
    group: `root:x:0:\n${PARTICIPANT}:x:${gid}:\n`,
    hosts: "127.0.0.1 localhost rebench\n::1 localhost\n",
    hostname: "rebench\n",
    "nsswitch.conf": `passwd: files\ngroup: files\nhosts: files${network ? " dns" : ""}\n`,
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text, {mode: 0o644});
  const shown = Object.keys(texts).flatMap((name) => ["--ro-bind", join(folder, name), `/etc/${name}`]);
  return network ? [...shown, "--ro-bind-try", realpathOr("/etc/resolv.conf"), "/etc/resolv.conf"] : shown;
}

/** Often a link into `/run`, which no sandbox shows. */
function realpathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
