import {randomBytes} from "node:crypto";
import {removeGroups} from "../../sandbox/cgroupFiles.js";
import {type ControlGroup, makeControlGroups} from "../../sandbox/cgroups.js";
import type {SandboxLimits} from "../../sandbox/sandbox.js";
import {type Finding, ok, warn} from "../finding.js";

const TRIAL: SandboxLimits = {memoryBytes: 2 ** 28, processes: 16, diskBytes: null, cpus: null};
const ADVICE =
  "Limits are kept by counting memory a few times a second, and processes are stopped one by one: good enough, not exact. " +
  "For control groups run as root, or start rebench with: systemd-run --user --scope -p Delegate=yes";

/** Makes the control groups of a sandbox, and removes them. */
export async function controlGroupFinding(
  make: () => ControlGroup[] = () => makeControlGroups(`doctor-${randomBytes(4).toString("hex")}`, TRIAL),
): Promise<Finding> {
  const groups = make();
  await removeGroups(groups.flatMap(({folders}) => folders));
  const limits = groups.find(({hasLimits}) => hasLimits)?.version;
  const freezer = groups.find(({freeze}) => freeze !== null)?.version;
  const found = `limits: ${limits ?? "rlimit and watchdog"}; freezer: ${freezer ?? "SIGSTOP"}`;
  return limits && freezer ? ok("Control groups", found) : warn("Control groups", found, ADVICE);
}
