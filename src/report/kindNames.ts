/** What kinds of intervals are made of, under the names of the command line. */
export const SCHEMES = ["attempts", "environments", "people"] as const;
export const ESTIMATORS = ["without-replacement", "with-replacement"] as const;
export const METHODS = ["percentile", "bca", "studentized", "normal", "m-out-of-n"] as const;

/** What a method is called. */
export const methodTitle = (method: string): string => (method === "bca" ? "BCa" : method);
