/** What doctor found of one thing: `ok`; `warn`: goes on without it, with less; `missing`: nothing can be run without it. */
export type Finding = {
  check: string;
  status: "ok" | "warn" | "missing";
  /** What is there, in a few words. */
  found: string;
  /** What to do about it; null where there is nothing to do. */
  advice: string | null;
};

export const ok = (check: string, found: string): Finding => ({check, status: "ok", found, advice: null});
export const warn = (check: string, found: string, advice: string): Finding => ({check, status: "warn", found, advice});
export const missing = (check: string, found: string, advice: string): Finding => ({check, status: "missing", found, advice});
