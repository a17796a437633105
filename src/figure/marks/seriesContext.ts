import type {FigureContext} from "../figureContext.js";
import {AGENT_COLORS, type MarkStyle, markStyle} from "../theme/markStyle.js";

/**
 * The context for lines that are no participants, such as interval methods: they take the agents' colours as said here, whatever the
 * agents of a store have, and no `--highlight` fades them.
 */
export function seriesContext(context: FigureContext, styles: ReadonlyMap<string, MarkStyle>): FigureContext {
  const styleOf = ({agent}: {agent: string}) => {
    const style = styles.get(agent) ?? markStyle(0);
    return {...style, color: context.theme.agents[style.colorIndex % AGENT_COLORS]!, emphasized: true};
  };
  return {...context, styleOf};
}

/** Styles by order. */
export const stylesInOrder = (names: readonly string[]): Map<string, MarkStyle> => new Map(names.map((name, i) => [name, markStyle(i)]));
