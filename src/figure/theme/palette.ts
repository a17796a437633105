/** The colours of figures on one background. */
export type Palette = {
  /** Eight, in the order that agents take them. Each is also used for text. */
  agents: readonly string[];
  /** Always the same, and no agent's. */
  people: string;
  text: string;
  mutedText: string;
  grid: string;
  axis: string;
  background: string;
};

/**
 * Colours that people with any kind of colour vision tell apart, found by search: among those with a contrast of at least 4.5 (WCAG
 * AA for text), muted, one in each of eight regions of hue, the smallest distance between any two is largest. That distance is
 * 0.083 here and 0.098 on dark, in OKLab, over normal vision, protanopia, deuteranopia and tritanopia (Machado et al. 2009,
 * severity 1), the people's neutral included. It is bought with lightness, which differs within each palette.
 *
 * @see https://bottosson.github.io/posts/oklab/ and https://doi.org/10.1109/TVCG.2009.113
 */
export const lightPalette: Palette = {
  //       blue       orange     teal       mauve      violet     olive      wine       navy
  agents: ["#0f78d4", "#bf5914", "#0c765e", "#a65d95", "#573ab2", "#655318", "#662f34", "#2c386e"],
  people: "#1f2328",
  text: "#1f2328",
  mutedText: "#59636e",
  grid: "#e6e8eb",
  axis: "#8c959f",
  background: "#ffffff",
};

/** The same hues in the same order, for a dark background. */
export const darkPalette: Palette = {
  agents: ["#558be3", "#ee9f4d", "#44c7ab", "#ac6e9d", "#ada5f6", "#f9d251", "#d86c58", "#add2f7"],
  people: "#eceff3",
  text: "#eceff3",
  mutedText: "#a3acb8",
  grid: "#2a3038",
  axis: "#6e7781",
  background: "#14171c",
};
