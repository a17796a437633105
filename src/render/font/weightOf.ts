import type {FontWeight} from "./fontFiles.js";

/**
 * The weight of the two that are shipped which stands for a CSS font weight.
 *
 * @example weightOf("bold") // => 600
 */
export const weightOf = (weight: number | string | undefined): FontWeight => (weight === "bold" || Number(weight) >= 500 ? 600 : 400);
