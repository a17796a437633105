import {closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync} from "node:fs";

/** Lines are written together, this many bytes or this long after the first of them. */
export const GROUP_BYTES = 64 * 1024;
export const GROUP_SECONDS = 1;

/** What waits for a disk that takes nothing; more is given up. */
const MOST_WAITING_BYTES = 4 * 2 ** 20;

export type GroupedFile = {
  append(line: string): void;
  flush(): void;
  close(): void;
};

export type GroupedFileOptions = {
  /** Told each time that the file cannot be written. */
  onProblem: (problem: string) => void;
  /** Lines were given up for want of room. */
  onLost: () => void;
  /** The line that takes the place of those that were lost. */
  lossLine: (lines: number) => string;
};

/**
 * A file that grows by whole lines. Never throws: while the disk takes nothing, lines wait, and beyond a bound they are given up and
 * counted. What was written of a line that did not fit is taken back, so that none is torn in the middle of the file.
 */
export function groupedFile(file: string, {onProblem, onLost, lossLine}: GroupedFileOptions): GroupedFile {
  let descriptor: number | null = null;
  let waiting: Buffer[] = [];
  let [waitingBytes, lost, isFailing, isClosed]: [number, number, boolean, boolean] = [0, 0, false, false];
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waitingBytes === 0 && lost === 0) return;
    try {
      descriptor ??= openSync(file, "a", 0o600);
      const loss = lost > 0 ? [Buffer.from(`${lossLine(lost)}\n`)] : [];
      appendWhole(descriptor, Buffer.concat([...waiting, ...loss]));
      [waiting, waitingBytes, lost, isFailing] = [[], 0, 0, false];
    } catch (error) {
      isFailing = true;
      onProblem((error as Error).message);
      schedule();
    }
  };
  const schedule = (): void => {
    if (isClosed) return;
    timer ??= setTimeout(flush, GROUP_SECONDS * 1000);
    timer.unref();
  };
  return {
    append(line) {
      if (isClosed) return;
      const bytes = Buffer.from(`${line}\n`);
      if (isFailing && waitingBytes > 0 && waitingBytes + bytes.length > MOST_WAITING_BYTES) {
        ++lost;
        onLost();
        return;
      }
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes >= GROUP_BYTES && !isFailing) flush();
      else schedule();
    },
    flush,
    close() {
      if (isClosed) return;
      flush();
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      if (descriptor !== null) closeQuietly(descriptor);
    },
  };
}

/** All of it or nothing. */
function appendWhole(descriptor: number, bytes: Uint8Array): void {
  const {size} = fstatSync(descriptor);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  } catch (error) {
    ftruncateSync(descriptor, size);
    throw error;
  }
}

function closeQuietly(descriptor: number): void {
  try {
    fdatasyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // what could be kept is kept
  }
}
