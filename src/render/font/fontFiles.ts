import {join} from "node:path";
import {packageFolder} from "../../assets.js";

/** Inter, SIL Open Font License 1.1: see data/fonts/README.md. One family in two weights serves every figure. */
export const FONT_FAMILY = "Inter";

export type FontWeight = 400 | 600;
export const FONT_WEIGHTS: readonly FontWeight[] = [400, 600];

const folder = join(packageFolder, "data", "fonts");
const NAMES: Record<FontWeight, string> = {400: "Inter-Regular", 600: "Inter-SemiBold"};

/** The whole font: PNG and PDF draw with it. */
export const fontFile = (weight: FontWeight): string => join(folder, `${NAMES[weight]}.ttf`);

/** The characters that nearly every figure gets by with, ready as WOFF2. */
export const baseSubsetFile = (weight: FontWeight): string => join(folder, `${NAMES[weight]}.base.woff2`);

export const PDF_FONT_NAMES: Record<FontWeight, string> = NAMES;
