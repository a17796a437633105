import {folderStatus} from "./folderStatus.js";
import {followFolders} from "./followFolders.js";
import type {Place} from "./place.js";
import {requestStop} from "./stopRequest.js";

/** This machine. */
export const localPlace: Place = {
  async statuses(attempts) {
    const now = new Date();
    return attempts.map(({folder, plan}) => folderStatus(folder, plan, now));
  },
  follow: (attempts, {tell, signal}) =>
    followFolders(
      attempts.map(({folder}) => ({folder, seen: 0})),
      tell,
      signal,
    ),
  async stop(attempts) {
    for (const {folder} of attempts) requestStop(folder);
  },
};
