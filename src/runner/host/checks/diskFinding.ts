import {existsSync, statfsSync} from "node:fs";
import {dirname, resolve} from "node:path";
import {type Finding, missing, ok, warn} from "../finding.js";

const [FEW_GIB, TOO_FEW_GIB] = [10, 0.5];

/** Free space where a folder is, or will be. @param moveIt How to have it elsewhere. */
export function diskFinding(check: string, folder: string, moveIt: string, space = freeGib): Finding {
  const gib = Math.round(space(nearest(resolve(folder))) * 10) / 10;
  const found = `${gib.toLocaleString("en")} GiB free for ${folder}`;
  if (gib >= FEW_GIB) return ok(check, found);
  const advice = `Free some space, or ${moveIt}.`;
  return gib < TOO_FEW_GIB ? missing(check, found, advice) : warn(check, found, advice);
}

const nearest = (folder: string): string => (existsSync(folder) ? folder : nearest(dirname(folder)));

/** Of what ordinary users may fill. */
function freeGib(folder: string): number {
  const {bavail, bsize} = statfsSync(folder);
  return (bavail * bsize) / 2 ** 30;
}
