import {type Finding, missing, ok} from "../finding.js";

const LEAST = [20, 19] as const;

/** The Node that runs this. */
export function nodeFinding(version = process.versions.node): Finding {
  const [major, minor] = version.split(".").map(Number) as [number, number];
  const isRecent = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  if (isRecent) return ok("Node", version);
  return missing("Node", version, `Install Node ${LEAST.join(".")} or later.`);
}
