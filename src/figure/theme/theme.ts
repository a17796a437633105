import {darkPalette, lightPalette, type Palette} from "./palette.js";

/** Everything about the look of figures that is no data. Sizes in px at 96 dpi. */
export type Theme = Palette & {
  fontFamily: string;
  /** Tick labels, and names at lines. */
  labelSize: number;
  /** Panel titles and axis titles. */
  titleSize: number;
  captionSize: number;
  lineWidth: number;
  /** Of interval bands, in (0, 1]. */
  bandOpacity: number;
  /** Area of a point in px². */
  pointArea: number;
  /** Of what is not highlighted, in (0, 1]. */
  fadedOpacity: number;
};

const SHAPE: Omit<Theme, keyof Palette> = {
  fontFamily: "Inter",
  labelSize: 9,
  titleSize: 9.5,
  captionSize: 8.5,
  lineWidth: 1.5,
  bandOpacity: 0.14,
  pointArea: 22,
  fadedOpacity: 0.3,
};

export const lightTheme: Theme = {...lightPalette, ...SHAPE};
export const darkTheme: Theme = {...darkPalette, ...SHAPE, bandOpacity: 0.22};

/** Width of a figure over one or two columns of a journal page: 89 and 183 mm at 96 dpi. */
export const WIDTH_PX = {1: 336, 2: 692} as const;
