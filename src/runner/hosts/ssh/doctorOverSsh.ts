import type {Diagnosis} from "../../host/doctor.js";
import {warn} from "../../host/finding.js";
import {installRunner} from "./installRunner.js";
import {type Additions, packRunner} from "./packRunner.js";
import {probeHost} from "./probeHost.js";
import {askRemote} from "./remoteProgram.js";

/** Beyond it times in records of two machines cannot be put side by side. */
const MOST_SKEW_SECONDS = 5;

export type RemoteQuestion = {python: string | null; needs: readonly string[]};

/**
 * What is there on a host for running attempts: the runner is installed where it is missing, and looks for itself. Its clock is held
 * against ours, as far as the time that the question took allows.
 *
 * @param now Milliseconds since 1970.
 */
export async function doctorOverSsh(host: string, question: RemoteQuestion, additions: Additions, now: () => number): Promise<Diagnosis> {
  const remote = await probeHost(host, false);
  const runner = await installRunner(remote, packRunner(additions));
  const {node, path, runs, cache} = remote;
  const asked = now();
  const diagnosis = await askRemote<Diagnosis>({host, runner, node, path}, "doctor", {...question, runs, cache});
  return {...diagnosis, findings: [...diagnosis.findings, ...skewFinding(diagnosis.timeMilliseconds, asked, now())]};
}

function skewFinding(there: number, asked: number, answered: number) {
  const aheadSeconds = there < asked ? (there - asked) / 1000 : Math.max(0, (there - answered) / 1000);
  if (Math.abs(aheadSeconds) <= MOST_SKEW_SECONDS) return [];
  const found = `${Math.abs(aheadSeconds).toFixed(0)} s ${aheadSeconds < 0 ? "behind" : "ahead of"} this machine's`;
  return [warn("Clock", found, "Let the host take its time from a server (timedatectl set-ntp true): times in its records are off.")];
}
