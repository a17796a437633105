import {describe, expect, it} from "vitest";
import {darkPalette, lightPalette, type Palette} from "../../src/figure/theme/palette.js";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** Machado, Oliveira & Fernandes 2009, table 1, severity 1.0; on linear RGB. */
const VISION: Record<string, Matrix> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

// Ottosson 2020, linear sRGB to OKLab
const TO_LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

const times = (matrix: Matrix, [x, y, z]: Triple) => matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple;
const each = (triple: Triple, change: (value: number) => number) => triple.map(change) as unknown as Triple;
const clamped = (triple: Triple) => each(triple, (value) => Math.min(1, Math.max(0, value)));

/** IEC 61966-2-1. */
const linear = (color: string): Triple =>
  each([1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255) as unknown as Triple, (value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
const oklab = (rgb: Triple): Triple => times(TO_LAB, each(times(TO_LMS, rgb), Math.cbrt));
const seen = (color: string, vision: string): Triple => oklab(clamped(times(VISION[vision]!, linear(color))));
const distance = (a: Triple, b: Triple): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((color) => times([[0.2126, 0.7152, 0.0722], ...NOTHING], linear(color))[0]).sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}
const NOTHING: [Triple, Triple] = [
  [0, 0, 0],
  [0, 0, 0],
];

function closest(colors: readonly string[], vision: string): number {
  const points = colors.map((color) => seen(color, vision));
  return Math.min(...points.flatMap((a, i) => points.slice(0, i).map((b) => distance(a, b))));
}

const hue = (color: string): number => {
  const [, a, b] = oklab(linear(color));
  return (Math.atan2(b, a) * 180) / Math.PI;
};
const chroma = (color: string): number => {
  const [, a, b] = oklab(linear(color));
  return Math.hypot(a, b);
};

// So that the measures above are right: Ottosson's own table gives OKLab of sRGB red as (0.628, 0.225, 0.126); W3C black on white as 21.
it("measures as published", () => {
  for (const [i, value] of oklab(linear("#ff0000")).entries()) expect(value).toBeCloseTo([0.628, 0.225, 0.126][i]!, 3);
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 9);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2); // WebAIM's example of what just fails AA
  for (const vision of Object.keys(VISION)) expect(distance(seen("#808080", vision), seen("#808080", "normal"))).toBeLessThan(0.001); // greys stay
  expect(distance(seen("#00a000", "deuteranopia"), seen("#b06000", "deuteranopia"))).toBeLessThan(
    distance(seen("#00a000", "normal"), seen("#b06000", "normal")) / 2,
  );
});

describe.each([
  ["light", lightPalette, {all: 0.083, two: 0.2}],
  ["dark", darkPalette, {all: 0.098, two: 0.2}],
] as [string, Palette, {all: number; two: number}][])("%s", (_, palette, least) => {
  it("has eight colours for agents, written alike", () => {
    expect(new Set(palette.agents).size).toBe(8);
    for (const color of [...palette.agents, ...Object.values(palette).filter((value) => typeof value === "string")]) {
      expect(color).toMatch(/^#[0-9a-f]{6}$/);
    }
  });

  it.each(Object.keys(VISION))("agents and people differ under %s", (vision) => {
    expect(closest([...palette.agents, palette.people], vision)).toBeGreaterThanOrEqual(least.all);
    expect(closest([...palette.agents.slice(0, 2), palette.people], vision)).toBeGreaterThanOrEqual(least.two);
  });

  it("can be read as text: contrast of 4.5 or more; people's and text 12", () => {
    for (const color of [...palette.agents, palette.mutedText]) expect(contrast(color, palette.background)).toBeGreaterThanOrEqual(4.5);
    for (const color of [palette.people, palette.text]) expect(contrast(color, palette.background)).toBeGreaterThanOrEqual(12);
    expect(contrast(palette.axis, palette.background)).toBeGreaterThanOrEqual(3); // WCAG 1.4.11, for graphics
  });

  it("has a grid that stays behind, neutrals without a hue, and no neon", () => {
    const grid = contrast(palette.grid, palette.background);
    expect(grid).toBeGreaterThan(1.1);
    expect(grid).toBeLessThan(1.5);
    for (const color of [palette.people, palette.text, palette.mutedText, palette.grid, palette.axis])
      expect(chroma(color)).toBeLessThan(0.025);
    for (const color of palette.agents) expect(chroma(color)).toBeLessThan(0.19);
  });
});

it("every light colour has its dark counterpart in the same place, within 24° of hue", () => {
  const apart = (a: string, b: string) => Math.abs(((hue(a) - hue(b) + 540) % 360) - 180);
  expect(darkPalette.agents).toHaveLength(lightPalette.agents.length);
  for (const [i, color] of lightPalette.agents.entries()) expect(apart(color, darkPalette.agents[i]!), color).toBeLessThanOrEqual(24);
});
