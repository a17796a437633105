/** What stands for a participant beside the data: name, piece of line and shape. */
export type KeyEntry = {name: string; parts: SVGElement[]};

/** The entries of a drawing's key, or names at line ends: texts that are the name of a participant, with the samples before them. */
export function keyEntries(svg: SVGSVGElement, names: readonly string[]): KeyEntry[] {
  const byLetters = new Map(names.map((name) => [letters(name), name]));
  return [...svg.querySelectorAll<SVGGElement>("g.mark-text.role-mark[aria-hidden]")].flatMap((text) => {
    const name = byLetters.get(letters([...text.children].map((line) => line.textContent).join("")));
    return name === undefined ? [] : [{name, parts: [text, ...samplesBefore(text)]}];
  });
}

/** Names may be over several lines, broken at spaces. */
const letters = (text: string) => text.replace(/\s+/g, "");

function samplesBefore(text: SVGElement): SVGElement[] {
  const point = text.previousElementSibling as SVGElement | null;
  const line = point?.previousElementSibling as SVGElement | null;
  const isSample = (each: SVGElement | null, kind: string) =>
    each?.classList.contains(kind) === true && each.getAttribute("aria-hidden") === "true";
  return [...(isSample(point, "mark-symbol") ? [point!] : []), ...(isSample(line, "mark-rule") ? [line!] : [])];
}
