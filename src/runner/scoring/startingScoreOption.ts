/** For scorers of timed environments: the starting score in force, which they add to the logarithm of a ratio. */
export const startingScoreOption = (startingScore: number): string[] => ["--starting-score", String(startingScore)];
