const NOT_DRAWN = /<(style|metadata)\b[^>]*>[^<]*<\/\1>/g;
const PREFIX = /^data:image\/svg\+xml[^,]*,/;

/** The SVG text that the address of an image holds, byte for byte as it was written. */
export const svgText = (address: string): string => decodeURIComponent(address.replace(PREFIX, ""));

/**
 * The SVG as a part of the page, where scripts can get at it. Its font is the page's own; what it was made of stays in the file.
 * Its style is gone before it is parsed: the page's policy would refuse and report it.
 */
export function drawingOf(svg: string): SVGSVGElement {
  const root = new DOMParser().parseFromString(svg.replace(NOT_DRAWN, ""), "image/svg+xml").documentElement;
  const drawing = document.adoptNode(root) as unknown as SVGSVGElement;
  labelled(drawing);
  return drawing;
}

/** Title and description stay, but the title as an attribute: a browser would show the element as a tooltip over ours. */
function labelled(drawing: SVGSVGElement): void {
  const [title, description] = [drawing.querySelector(":scope > title"), drawing.querySelector(":scope > desc")];
  drawing.removeAttribute("aria-labelledby");
  drawing.setAttribute("aria-label", title?.textContent ?? "");
  if (description !== null) drawing.setAttribute("aria-describedby", description.id);
  title?.remove();
}
