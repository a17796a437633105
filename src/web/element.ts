type Content = string | Node;

/** A new element: attributes by name, then what is in it. Texts become text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...content: Content[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for what is drawn. */
export function drawn<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number> = {},
  ...content: Content[]
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name) as SVGElementTagNameMap[Name];
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...content);
  return made;
}

/** A button that does something when it is pressed. */
export function button(label: string, press: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = element("button", {type: "button", ...attributes}, label);
  made.addEventListener("click", press);
  return made;
}
