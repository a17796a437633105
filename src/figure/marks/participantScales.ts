import type {FigureContext, Participant} from "../figureContext.js";

/** Who is in some rows: agents by name, then people. */
export function participantsOf(rows: readonly Participant[]): Participant[] {
  const found = new Map(rows.map(({agent, kind}) => [`${kind} ${agent}`, {agent, kind}]));
  const order = ({agent, kind}: Participant) => (kind === "human" ? "1" : "0") + agent;
  return [...found.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Encodings that give each participant its colour, dash and shape, by name, in every figure the same. */
export function participantScales(participants: readonly Participant[], {styleOf}: FigureContext) {
  const styles = participants.map(styleOf);
  const by = (range: readonly unknown[]) => ({
    field: "agent",
    type: "nominal",
    legend: null,
    scale: {domain: participants.map(({agent}) => agent), range},
  });
  return {
    color: by(styles.map(({color}) => color)),
    strokeDash: by(styles.map(({dash}) => [...dash])),
    shape: by(styles.map(({shape}) => shape)),
  };
}
