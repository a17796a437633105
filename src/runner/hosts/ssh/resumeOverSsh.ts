import {basename, dirname} from "node:path/posix";
import type {RemoteWhereabouts} from "../whereabouts.js";
import {askRemote} from "./remoteProgram.js";

/** Takes an attempt up again on its host, with the runner that began it. @param models Keys and addresses of models. */
export async function resumeOverSsh(where: RemoteWhereabouts, models: Record<string, string>): Promise<void> {
  const {folder} = where;
  await askRemote(where, "resume", {out: dirname(folder), ids: [basename(folder)], models, cwd: "/"});
}
