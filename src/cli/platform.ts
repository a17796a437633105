/** Where this runs, as files say it whose bytes depend on it. */
export const platform = `${process.platform}-${process.arch}`;
