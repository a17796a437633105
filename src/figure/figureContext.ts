import type {MarkStyle} from "./theme/markStyle.js";
import type {Theme} from "./theme/theme.js";

export type TextStyle = {size: number; weight: 400 | 600};

/** Who a mark stands for. */
export type Participant = {agent: string; kind: "agent" | "human"};

/** How a participant is drawn: its colour, dash and shape for good, and whether it is one that a reader should look at. */
export type ParticipantStyle = MarkStyle & {color: string; emphasized: boolean};

/** All that a figure needs besides its rows. The same rows and context give the same spec. */
export type FigureContext = {
  theme: Theme;
  /** Of the whole figure. */
  widthPx: number;
  /** Width of a line of text in px. */
  measure: (text: string, style: TextStyle) => number;
  styleOf: (participant: Participant) => ParticipantStyle;
  /** Level of the intervals in the rows, in (0, 1). */
  intervalLevel: number;
  /** Sentences that every caption ends with: that attempts are synthetic, say. */
  notes: readonly string[];
  /** Whether the caption is drawn below the figure. */
  caption: boolean;
};
