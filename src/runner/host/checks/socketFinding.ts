import {runtimeFolder} from "../../sandbox/runtimeFolder.js";
import {type Finding, missing, ok} from "../finding.js";

/** Longest path of a Unix socket in bytes: 107 on Linux, 103 on macOS. */
const LONGEST = process.platform === "darwin" ? 103 : 107;
/** What comes below the folder: `sandboxes`, an attempt's name, the socket's. */
const BELOW = 60;

/** Whether paths of sockets fit into what the kernel takes. */
export function socketFinding(folder = runtimeFolder()): Finding {
  const bytes = Buffer.byteLength(folder);
  if (bytes + BELOW <= LONGEST) return ok("Unix sockets", `in ${folder}, ${bytes} of at most ${LONGEST - BELOW} bytes`);
  const found = `${folder} is ${bytes} bytes long; with an attempt's socket below it, more than the ${LONGEST} that a path may have`;
  return missing("Unix sockets", found, "Set XDG_RUNTIME_DIR or TMPDIR to a shorter path, such as /tmp.");
}
