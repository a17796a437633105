import type {FigureContext, Participant} from "../figure/figureContext.js";
import {AGENT_COLORS, markStyle} from "../figure/theme/markStyle.js";
import type {ThemeChanges} from "../figure/theme/parseTheme.js";
import {darkTheme, lightTheme, type Theme, WIDTH_PX} from "../figure/theme/theme.js";
import {textWidth} from "../render/font/textWidth.js";

/** How figures look, whatever they show. */
export type DrawOptions = {
  /** Width in columns of a journal's page. */
  columns: 1 | 2;
  dark: boolean;
  /** Pixels to an inch, of PNG. */
  dpi: number;
  theme: ThemeChanges | null;
  /** Participants by label; all others are faded. Null: none is. */
  highlight: readonly string[] | null;
  caption: boolean;
};

export const DEFAULT_DRAW: DrawOptions = {columns: 1, dark: false, dpi: 144, theme: null, highlight: null, caption: true};

export type About = {
  /** Agent → number in the store's assignment; colours go by it. */
  slots: ReadonlyMap<string, number>;
  intervalLevel: number;
  notes: readonly string[];
};

/** What a figure needs besides its rows. */
export function contextOf({columns, dark, theme: changes, highlight, caption}: DrawOptions, about: About): FigureContext {
  const theme: Theme = {...(dark ? darkTheme : lightTheme), ...changes};
  return {
    theme,
    widthPx: WIDTH_PX[columns],
    measure: textWidth,
    styleOf: (participant) => styleOf(participant, theme, about.slots, highlight),
    intervalLevel: about.intervalLevel,
    notes: about.notes,
    caption,
  };
}

function styleOf({agent, kind}: Participant, theme: Theme, slots: ReadonlyMap<string, number>, highlight: readonly string[] | null) {
  const emphasized = highlight === null || highlight.includes(agent);
  if (kind === "human") return {...markStyle(0), color: theme.people, emphasized};
  const style = markStyle(slots.get(agent) ?? 0);
  return {...style, color: theme.agents[style.colorIndex % AGENT_COLORS]!, emphasized};
}
