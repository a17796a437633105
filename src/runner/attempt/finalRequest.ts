/** The request for a score that each attempt makes for itself at its end. */
export const FINAL_REQUEST = "final-score";
