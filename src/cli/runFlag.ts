import {existsSync} from "node:fs";
import {userInfo} from "node:os";
import {toolVersion} from "../assets.js";
import {RebenchError} from "../errors.js";
import {flagEventSchema} from "../record/attempt.js";
import {currentFlags} from "../record/currentFlags.js";
import {checkAttemptExists} from "../store/attemptRecord.js";
import {addFlagEvents, flagHistories} from "../store/flagEvents.js";
import {openStore, storeError} from "../store/openStore.js";
import type {FlagFlags} from "./flagCommand.js";
import {printable} from "./terminal.js";

export async function runFlag(id: string, flag: string, {store: file, reason, author, remove, json}: FlagFlags): Promise<void> {
  const action = remove ? "remove" : "add";
  const event = flagEventSchema.safeParse({flag, action, author: author ?? userName(), reason, time: new Date().toISOString()});
  if (!event.success) {
    const field = event.error.issues[0]!.path[0];
    throw new RebenchError(
      "usage",
      field === "flag" ? badFlag(flag) : {problem: `the ${String(field)} is empty`, hint: "Say it in words."},
    );
  }
  if (!existsSync(file))
    throw new RebenchError("store-missing", {problem: `there is no store at ${file}`, hint: "Make one with: rebench import FILE"});
  const store = await openStore(file, {mode: "write", toolVersion});
  try {
    await checkAttemptExists(store.connection, id);
    const before = (await flagHistories(store.connection, [id])).get(id) ?? [];
    if (remove && !currentFlags(before).includes(flag)) {
      const carried = currentFlags(before).join(", ") || "none";
      throw new RebenchError("usage", {problem: `${id} does not carry the flag ${flag}`, hint: `It carries: ${carried}.`});
    }
    await addFlagEvents(store.connection, [{attemptId: id, event: event.data}]);
    const flags = currentFlags([...before, event.data]);
    if (json) process.stdout.write(`${JSON.stringify({attemptId: id, event: event.data, flags})}\n`);
    else
      process.stdout.write(
        `${printable(id)}: ${flag} ${remove ? "taken back" : "set"}; it now carries ${flags.join(", ") || "no flags"}.\n`,
      );
  } catch (error) {
    throw storeError(file, error);
  } finally {
    store.close();
  }
}

const badFlag = (flag: string) => ({
  problem: `"${printable(flag)}" cannot be a flag`,
  hint: "Write lower-case letters, digits and -, such as cheating.",
});

/** @throws RebenchError `usage` where the system does not know the user, as in some containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new RebenchError("usage", {problem: "this system does not know your name", hint: "Say who decides with --author NAME.", cause});
  }
}
