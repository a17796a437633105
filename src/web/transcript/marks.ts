import {element} from "../element.js";

/** More of them in one entry tell nobody anything. */
const MOST_MARKS = 500;

/** Marks what is searched for in an entry and opens what it is in. The first mark, or null where it goes over several elements. */
export function markIn(entry: HTMLElement, query: string): HTMLElement | null {
  const walker = document.createTreeWalker(entry, NodeFilter.SHOW_TEXT);
  const found: {node: Text; places: number[]}[] = [];
  let count = 0;
  for (let node = walker.nextNode() as Text | null; node !== null && count < MOST_MARKS; node = walker.nextNode() as Text | null) {
    const places = placesOf(node.data.toLowerCase(), query, MOST_MARKS - count);
    if (places.length > 0 && node.data.length === node.data.toLowerCase().length) found.push({node, places});
    count += places.length;
  }
  const marks = found.map(
    ({node, places}) =>
      places
        .reverse()
        .map((at) => wrap(node, at, query.length))
        .at(-1)!,
  );
  for (const mark of marks) for (let up = mark.closest("details"); up !== null; up = up.parentElement!.closest("details")) up.open = true;
  return marks[0] ?? null;
}

/** Takes the marks out again. */
export function unmark(entry: HTMLElement): void {
  for (const mark of entry.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  entry.normalize();
}

export function placesOf(text: string, query: string, most: number): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(query); at !== -1 && places.length < most; at = text.indexOf(query, at + query.length)) places.push(at);
  return places;
}

function wrap(node: Text, at: number, length: number): HTMLElement {
  const hit = node.splitText(at);
  hit.splitText(length);
  const mark = element("mark");
  hit.replaceWith(mark);
  mark.append(hit);
  return mark;
}
