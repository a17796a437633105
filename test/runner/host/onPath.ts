import {accessSync, constants} from "node:fs";
import {join} from "node:path";

/** Where a program is on PATH; null where it is not. */
export function onPath(name: string): string | null {
  const files = (process.env.PATH ?? "").split(":").map((folder) => join(folder, name));
  return (
    files.find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}
