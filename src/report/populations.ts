/** What the data sets of the coverage study were drawn from, in the order of reports. */
const TITLES: Record<string, string> = {
  sample: "sample model",
  light: "light tails",
  heavy: "heavy tails",
  zeros: "95 % zeros",
  environments: "environments vary",
  people: "people vary",
  "close-people": "people vary more",
};

export const POPULATIONS: readonly string[] = Object.keys(TITLES);

/** A few words; the report on the study says what they mean. */
export const populationTitle = (population: string): string => TITLES[population] ?? population;
