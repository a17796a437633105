import {existsSync} from "node:fs";
import {link, rename, rm} from "node:fs/promises";
import {RebenchError} from "../errors.js";
import {openStore, type Store, storeError} from "../store/openStore.js";
import {countAttempts} from "../store/sources.js";

/**
 * Fills a new store under another name, so that `file` appears whole or, killed in the middle, not at all. What an earlier
 * import that was killed left behind is cleared away. Where `fill` adds no attempts no store is made.
 *
 * @throws RebenchError `store-locked` when another process is making the same store.
 */
export async function makeStore<T>(file: string, toolVersion: string, fill: (store: Store) => Promise<T>): Promise<T> {
  const work = `${file}.importing`;
  await clearLeftOver(work, file, toolVersion);
  const store = await openWork(work, file, toolVersion);
  try {
    const result = await fill(store);
    if ((await countAttempts(store.connection)) === 0) {
      store.close();
      await remove(work);
      return result;
    }
    await store.connection.run("checkpoint"); // the file alone is the store from here on
    store.close();
    await moveIntoPlace(work, file);
    return result;
  } catch (error) {
    store.close();
    await remove(work);
    throw storeError(file, error);
  }
}

/** A disk that is full may fail after the file is there: it goes again. */
async function openWork(work: string, file: string, toolVersion: string): Promise<Store> {
  try {
    return await openStore(work, {mode: "write", toolVersion, shownAs: file});
  } catch (error) {
    if (!(error instanceof RebenchError && error.code === "store-locked")) await remove(work);
    throw error;
  }
}

async function clearLeftOver(work: string, file: string, toolVersion: string): Promise<void> {
  if (!existsSync(work)) return;
  try {
    (await openStore(work, {mode: "write", toolVersion, shownAs: file})).close();
  } catch (error) {
    if (error instanceof RebenchError && error.code === "store-locked") throw error;
  }
  await remove(work);
}

const remove = async (work: string) => {
  for (const each of [work, `${work}.wal`]) await rm(each, {force: true});
};

/** A hard link refuses to take another file's place, a rename does not; some file systems only rename. */
async function moveIntoPlace(work: string, file: string): Promise<void> {
  try {
    await link(work, file);
    await remove(work);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") return rename(work, file);
    throw new RebenchError("store-locked", {
      problem: `another process made the store ${file} in the meantime`,
      hint: "Run the command again to import into it. Nothing was changed.",
      cause,
    });
  }
}
