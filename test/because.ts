/**
 * The end of the name of a test, or of a group of them, that is skipped for a reason; nothing where there is none.
 *
 * `skipReporter.ts` reads the reason there. `.ci/run` prints it, and fails where no host could do anything about it.
 */
export const because = (reason: string | null): string => (reason === null ? "" : ` (skipped: ${reason})`);
