import type {AttemptStatus} from "../attemptStatus.js";
import type {FoundAttempt} from "../findAttempts.js";
import {folderStatus} from "../folderStatus.js";
import {followFolders} from "../followFolders.js";
import type {Place} from "../place.js";
import {requestStop} from "../stopRequest.js";
import {type QueuedWhereabouts, whereaboutsOf} from "../whereabouts.js";
import {noteFailure} from "../workerNote.js";
import {isUnderWay, type Queue, readQueue} from "./queue.js";
import {slurmCommand} from "./slurmCommand.js";
import {removeKeys} from "./taskFiles.js";

const REFRESH_MILLISECONDS = 5000;

const whereOf = ({folder}: FoundAttempt) => whereaboutsOf(folder) as QueuedWhereabouts;

/** A cluster whose nodes share the attempts' folders with this machine. */
export const slurmPlace: Place = {
  async statuses(attempts) {
    const running = attempts.filter((each) => folderStatus(each.folder, each.plan, new Date()).state !== "ended");
    const queue = await readQueue(running.map((each) => whereOf(each).job));
    return attempts.map((attempt) => statusIn(attempt, queue));
  },
  async follow(attempts, {tell, signal, log}) {
    const jobs = attempts.map((each) => whereOf(each).job);
    let queue = await readQueue(jobs);
    const refreshing = setInterval(() => {
      readQueue(jobs).then(
        (found) => {
          queue = found;
        },
        (error: Error) => log(error.message.split("\n")[0]!),
      );
    }, REFRESH_MILLISECONDS);
    const followed = attempts.map((attempt) => ({
      folder: attempt.folder,
      seen: 0,
      isQueued: () => isUnderWay(queue(whereOf(attempt))),
    }));
    await followFolders(followed, tell, signal).finally(() => clearInterval(refreshing));
  },
  /** One that has not begun leaves the queue; one that runs ends itself, is scored, and leaves its record. */
  async stop(attempts) {
    const queue = await readQueue(attempts.map((each) => whereOf(each).job));
    for (const attempt of attempts) {
      const {job, task} = whereOf(attempt);
      requestStop(attempt.folder);
      if (queue({...whereOf(attempt)})?.state !== "PENDING" || statusIn(attempt, queue).workingSeconds > 0) continue;
      await slurmCommand("scancel", [`${job}_${task}`]);
      removeKeys(attempt.folder);
      noteFailure(attempt.folder, {code: "stopped", problem: "stopped before it began", hint: ""});
    }
  },
};

function statusIn(attempt: FoundAttempt, queue: Queue): AttemptStatus {
  const task = queue(whereOf(attempt));
  if (!isUnderWay(task)) removeKeys(attempt.folder); // a task that was told to leave has put them back, and will not come again
  const status = folderStatus(attempt.folder, attempt.plan, new Date(), isUnderWay(task));
  if (status.state === "waiting" && task?.state === "PENDING") return {...status, why: task.reason === "None" ? null : task.reason};
  const why =
    status.state === "dead" && task !== undefined && !status.why?.startsWith("stopped") ? `${status.why} (${task.state})` : status.why;
  return {...status, why};
}
