/** What the data sets of the coverage study were drawn from, in the order of reports. */
const TITLES: Record<string, string> = {
  sample: "Sample model",
  light: "Light tails",
  heavy: "Heavy tails",
  zeros: "95 % zeros",
  environments: "Environments vary",
  people: "People vary",
  "close-people": "People vary more",
};

export const POPULATIONS: readonly string[] = Object.keys(TITLES);

/** A few words; the report on the study says what they mean. */
export const populationTitle = (population: string): string => TITLES[population] ?? population;
