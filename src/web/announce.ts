import {element} from "./element.js";

let region: HTMLElement | null = null;

/** Says something to who listens to the page instead of seeing it. */
export function announce(text: string): void {
  if (region === null) {
    region = element("div", {class: "unseen", role: "status"});
    document.body.append(region);
  }
  region.textContent = text;
}
