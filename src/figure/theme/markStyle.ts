/** How the marks of one agent are drawn, besides the palette's colours themselves. */
export type MarkStyle = {
  /** Into the palette's `agents`. */
  colorIndex: number;
  /** Lengths of dashes and gaps in px; empty for a solid line. */
  dash: number[];
  /** As Vega names its symbols. */
  shape: "circle" | "square" | "triangle-up" | "diamond" | "cross";
};

export const AGENT_COLORS = 8;

/** One for each time the colours are used up.. */
const ROUNDS: readonly Omit<MarkStyle, "colorIndex">[] = [
  {dash: [], shape: "circle"},
  {dash: [6, 3], shape: "square"},
  {dash: [1.5, 2.5], shape: "triangle-up"},
  {dash: [8, 3, 1.5, 3], shape: "diamond"},
  {dash: [12, 3], shape: "cross"},
];

/** The style that goes with an agent's slot (0, 1, 2 …): the first eight differ in colour, later ones in dash and shape too. 40 are distinct. */
export function markStyle(slot: number): MarkStyle {
  const {dash, shape} = ROUNDS[Math.floor(slot / AGENT_COLORS) % ROUNDS.length]!;
  return {colorIndex: slot % AGENT_COLORS, dash: [...dash], shape};
}
