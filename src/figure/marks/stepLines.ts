import {printable} from "../../errors.js";
import type {FigureContext, Participant} from "../figureContext.js";
import type {Layer} from "../layout/layer.js";
import {inOrder} from "./inOrder.js";
import type {Axes} from "./lineWithBand.js";
import {markText} from "./markText.js";
import {participantScales, participantsOf} from "./participantScales.js";

/** A vertex of the step function of one attempt: it holds from there on. */
export type StepRow = Participant & {attemptId: string; x: number; y: number};

/** How steps are drawn, and what is told of them. */
export type StepLook = {
  /** What is said behind an attempt's id. @param last Where it ends. */
  text: (last: StepRow) => string;
  opacity: number;
  /** Places in px from the plot's left and upper edge. */
  toPx: {x: (x: number) => number; y: (y: number) => number};
};

/** A thin line of steps for each attempt, as a path of its own. */
export function stepLines(rows: readonly StepRow[], {x, y}: Axes, {text, opacity, toPx}: StepLook, context: FigureContext): Layer {
  const {theme, styleOf} = context;
  const {color, strokeDash} = participantScales(participantsOf(rows), context);
  const values = attemptsIn(rows).flatMap((steps) => {
    const {agent, kind, attemptId} = steps[0]!;
    const ink = styleOf({agent, kind}).emphasized ? opacity : opacity * theme.fadedOpacity;
    const told = `${printable(attemptId)}: ${text(steps.at(-1)!)}`;
    const common = {agent, text: markText({agent, kind}, told), opacity: ink};
    return seenSteps(steps, toPx).map((row) => ({...common, x: row.x, y: row.y}));
  });
  return {
    data: {values},
    mark: {type: "line", interpolate: "step-after", strokeWidth: Number((theme.lineWidth * 0.4).toFixed(2))},
    encoding: {
      x: {field: "x", type: "quantitative", ...x},
      y: {field: "y", type: "quantitative", ...y},
      detail: {field: "text", type: "nominal"}, // says which attempt it is
      color,
      strokeDash,
      opacity: {field: "opacity", type: "quantitative", scale: null},
      description: {field: "text", type: "nominal"},
    },
  };
}

/** The steps of each attempt by time, as they come where times are equal; attempts in the order of participants. */
function attemptsIn(rows: readonly StepRow[]): StepRow[][] {
  const attempts = new Map<string, StepRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.kind, row.agent, row.attemptId]);
    const own = attempts.get(key);
    if (own === undefined) attempts.set(key, [row]);
    else own.push(row);
  }
  const sorted = [...attempts.values()].map((own) => own.sort((a, b) => a.x - b.x));
  return sorted.sort(([a], [b]) => inOrder(a!, b!) || (a!.attemptId < b!.attemptId ? -1 : 1));
}

const SEEN_PX = 0.5;

/**
 * Steps that can be seen: of those within half a pixel the last, and only where the height changes by more than that. The first and
 * the last vertex stay, so that lines begin and end where they do; hundreds of attempts make a file a fifth as large.
 *
 * @param steps By time.
 */
export function seenSteps(steps: readonly StepRow[], toPx: StepLook["toPx"]): StepRow[] {
  const seen: StepRow[] = [];
  steps.forEach((row, i) => {
    const before = seen.at(-1);
    const isEnd = before === undefined || i === steps.length - 1;
    if (!isEnd && Math.abs(toPx.y(row.y) - toPx.y(before.y)) < SEEN_PX) return;
    if (seen.length > 1 && toPx.x(row.x) - toPx.x(before!.x) < SEEN_PX) seen.pop();
    seen.push(row);
  });
  return seen;
}
