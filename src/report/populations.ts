type Population = {
  /** A few words. */
  title: string;
  /** What it is, as it goes on after "drawn from". */
  text: string;
};

/** What the data sets of the coverage study were drawn from, in the order of reports. */
const KNOWN: Record<string, Population> = {
  sample: {title: "Sample model", text: "scores of the best agent of the sample model in seven environments"},
  light: {title: "Light tails", text: "uniform scores"},
  heavy: {title: "Heavy tails", text: "lognormal scores, σ = 1.2"},
  zeros: {title: "95 % zeros", text: "scores of which 95 % are 0"},
  environments: {title: "Environments vary", text: "seven environments that are themselves drawn from many"},
  people: {title: "People vary", text: "people of the sample model, 71 attempts by 61"},
  "close-people": {title: "People vary more", text: "people who differ three times as much, three attempts each"},
};

export const POPULATIONS: readonly string[] = Object.keys(KNOWN);

export const populationTitle = (population: string): string => KNOWN[population]?.title ?? population;
export const populationText = (population: string): string => KNOWN[population]?.text ?? population;
