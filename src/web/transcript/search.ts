import {element} from "../element.js";
import {markIn, unmark} from "./marks.js";
import {reveal} from "./reveal.js";

const TYPING_MILLISECONDS = 150;

export type Search = {
  box: HTMLElement;
  step(by: 1 | -1): void;
  /** Searches again, after what is shown has changed. */
  again(): void;
  /** Says which of how many entries. */
  status: HTMLElement;
};

/** Finds a text in the entries that are shown, and goes from one that has it to the next. */
export function search(entries: readonly HTMLElement[]): Search {
  const box = element("input", {type: "search", "aria-label": "Search the transcript", placeholder: "Search", autocomplete: "off"});
  const status = element("span", {class: "found", role: "status"});
  let [hits, current, query]: [HTMLElement[], number, string] = [[], -1, ""];
  let timer = 0;
  const clear = (): void => {
    const entry = hits[current];
    if (entry !== undefined) unmark(entry);
  };
  const show = (index: number): void => {
    clear();
    current = index;
    const entry = hits[current];
    if (entry !== undefined) reveal(markIn(entry, query) ?? entry);
    if (query === "") status.textContent = "";
    else
      status.textContent =
        entry === undefined ? "not found" : `${current + 1} of ${hits.length} ${hits.length === 1 ? "entry" : "entries"}`;
  };
  const find = (): void => {
    clear();
    [hits, current, query] = [[], -1, box.value.toLowerCase()];
    if (query !== "") hits = entries.filter((entry) => !entry.hidden && entry.textContent!.toLowerCase().includes(query));
    show(hits.length > 0 ? firstBelow(hits) : -1);
  };
  const step = (by: 1 | -1): void => {
    if (box.value.toLowerCase() !== query) find();
    else if (hits.length > 0) show((current + by + hits.length) % hits.length);
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, TYPING_MILLISECONDS);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    step(event.shiftKey ? -1 : 1);
  });
  return {box, step, again: find, status};
}

/** The first entry that is not above what is seen, else the first. */
const firstBelow = (hits: readonly HTMLElement[]): number =>
  Math.max(
    0,
    hits.findIndex((entry) => entry.getBoundingClientRect().bottom > 0),
  );
