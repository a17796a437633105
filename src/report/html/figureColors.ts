import type {ThemeChanges} from "../../figure/theme/parseTheme.js";
import {darkTheme, lightTheme, type Theme} from "../../figure/theme/theme.js";

/**
 * CSS that turns figures dark where the page is: each colour of the light theme has its counterpart in the dark one, and what is
 * drawn with it takes both. A theme's own colours are the same in both.
 */
export function figureColors(changes: ThemeChanges | null): string {
  const rules = [...pairsOf({...lightTheme, ...changes}, {...darkTheme, ...changes})].flatMap(([light, dark]) =>
    (["fill", "stroke"] as const).map((name) => `.plot [${name}="${light}" i]{${name}:light-dark(${light},${dark})}`),
  );
  return `@supports (color:light-dark(#000,#fff)){${rules.join("")}}`;
}

function pairsOf(light: Theme, dark: Theme): ReadonlyMap<string, string> {
  const names = ["background", "text", "mutedText", "people", "grid", "axis"] as const;
  const pairs = [
    ...names.map((name) => [light[name], dark[name]] as const),
    ...light.agents.map((color, i) => [color, dark.agents[i]!] as const),
  ];
  return new Map(pairs.filter(([from, to]) => from !== to).reverse()); // of a colour that stands for two things the first counts
}
