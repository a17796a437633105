import type {LoggerInterface, Scene, Spec} from "vega";
import * as vega from "vega";
import {compile, type TopLevelSpec} from "vega-lite";

import {textWidth} from "./font/textWidth.js";
import {weightOf} from "./font/weightOf.js";

export type Drawing = {
  /** As Vega writes it: no title, no font, ids that only this drawing has. */
  svg: string;
  /** The marks that were drawn, for whoever checks where they lie. */
  scene: Scene;
  /** Where the scene's own origin lies, in px from the upper left corner. */
  origin: {x: number; y: number};
  /** What Vega-Lite or Vega had to say; a spec of ours gives no reason to. */
  warnings: string[];
};

/** Text is as wide as in the shipped font, wherever this runs: Vega's own guess is 0.8 em a letter, or whatever canvas is installed. */
(vega as unknown as TextMetrics).textMetrics.width = ({fontSize, fontWeight}, text) =>
  textWidth(String(text), {size: fontSize ?? VEGA_FONT_SIZE, weight: weightOf(fontWeight)});

/** Left out of Vega's types. */
type TextMetrics = {textMetrics: {width: (item: {fontSize?: number; fontWeight?: number | string}, text: unknown) => number}};
const VEGA_FONT_SIZE = 11;

/** Draws a spec without a browser, canvas or clock: the same spec gives the same bytes, whatever was drawn before it. */
export async function drawSpec(spec: TopLevelSpec): Promise<Drawing> {
  const warnings: string[] = [];
  const logger = collecting(warnings);
  const compiled = compile(spec, {logger: logger as never}).spec as Spec;
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(compiled), {renderer: "none", logger});
  try {
    const svg = await view.toSVG();
    const [x, y] = view.origin();
    return {svg, scene: view.scenegraph() as unknown as Scene, origin: {x: x!, y: y!}, warnings};
  } finally {
    view.finalize();
  }
}

function collecting(warnings: string[]): LoggerInterface {
  const keep = (...messages: readonly unknown[]) => {
    warnings.push(messages.map(String).join(" "));
    return logger;
  };
  const ignore = () => logger;
  const logger = {level: () => logger, error: keep, warn: keep, info: ignore, debug: ignore} as unknown as LoggerInterface;
  return logger;
}
