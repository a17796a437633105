import {FONT_FAMILY, FONT_WEIGHTS, fontFile} from "./font/fontFiles.js";

/** Px in an inch, as CSS and SVG have it. */
const CSS_DPI = 96;

/** The pixels of an SVG at a resolution, drawn with the shipped font alone: fonts of the system would make others of them. */
export async function svgToPng(svg: string, dpi: number): Promise<Uint8Array> {
  const {Resvg} = await import("@resvg/resvg-js");
  const font = {fontFiles: FONT_WEIGHTS.map(fontFile), loadSystemFonts: false, defaultFontFamily: FONT_FAMILY};
  return new Resvg(svg, {font, fitTo: {mode: "zoom", value: dpi / CSS_DPI}}).render().asPng();
}
