import {RebenchError} from "../../errors.js";
import {systemCallFilter} from "./systemCallFilter.js";

/** What `guest/launch.py` is told. */
export type Orders = {
  /** `KIND:INODE:PATH` of each namespace to join. */
  namespaces?: readonly string[];
  /** Files of control groups into which the process writes itself. */
  groups?: readonly string[];
  uid: number;
  gid: number;
  /** Rights are held in a user namespace, whose bounding set is no right of the host's. */
  userNamespace: boolean;
  limits?: {NPROC?: number | null; FSIZE?: number | null; AS?: number | null};
  /** For hosts without a cpuset. */
  cpus?: readonly number[] | null;
  folder: string;
  environment: Readonly<Record<string, string>>;
  command?: readonly string[];
};

/** Length, newline, then `name NUL value NUL` for each: see `guest/launch.py`. */
export function encodeOrders(orders: Orders): Buffer {
  const pairs: [string, string][] = [
    ...(orders.namespaces ?? []).map((namespace): [string, string] => ["namespace", namespace]),
    ...(orders.groups ?? []).map((group): [string, string] => ["group", group]),
    ["uid", String(orders.uid)],
    ["gid", String(orders.gid)],
    ...(orders.userNamespace ? [["user-namespace", "1"] as [string, string]] : []),
    ["filter", systemCallFilter(process.arch)],
    ...Object.entries(orders.limits ?? {}).flatMap(([name, limit]): [string, string][] =>
      limit === null ? [] : [[`limit-${name}`, String(limit)]],
    ),
    ...(orders.cpus ? [["cpus", orders.cpus.join(",")] as [string, string]] : []),
    ["folder", orders.folder],
    ...Object.entries(orders.environment).map(([name, value]): [string, string] => ["environment", `${name}=${value}`]),
    ...(orders.command ?? []).map((argument): [string, string] => ["argument", argument]),
  ];
  const odd = pairs.find(([, value]) => value.includes("\0"));
  if (odd !== undefined) {
    throw new RebenchError("usage", {
      problem: `a ${odd[0]} of a command holds a NUL character`,
      hint: "No program can be given one: leave it out.",
    });
  }
  const body = Buffer.from(pairs.map(([name, value]) => `${name}\0${value}\0`).join(""));
  return Buffer.concat([Buffer.from(`${body.length}\n`), body]);
}
