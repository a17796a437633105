import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {onTestFinished} from "vitest";

/** A folder with spaces and more than ASCII in its name, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rebench läuft "));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** A clock that is set by hand, in seconds. */
export function handClock(start = 0) {
  let seconds = start;
  return {
    monotonic: () => seconds,
    now: () => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds),
    advance: (by: number) => {
      seconds += by;
    },
  };
}
