import {button, element} from "../element.js";
import {reveal} from "./reveal.js";
import {search} from "./search.js";

/** Above the entries, always in sight: search, scores, kinds. */
export function toolbar(main: HTMLElement): void {
  const entries = [...main.querySelectorAll<HTMLElement>(".entry")];
  const found = search(entries);
  const kinds = kindButtons(entries, found.again);
  const bar = element("div", {class: "toolbar", role: "search", "aria-label": "Transcript"});
  bar.append(
    group(
      found.box,
      button("↑", () => found.step(-1), {"aria-label": "Previous entry found"}),
      button("↓", () => found.step(1), {"aria-label": "Next entry found"}),
      found.status,
    ),
    ...scoreButtons(entries),
    kinds.box,
  );
  main.before(bar);
  addEventListener("hashchange", () => kinds.showKind(document.querySelector<HTMLElement>(".entry:target")));
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    found.box.focus();
  });
}

const group = (...content: (string | Node)[]) => element("div", {class: "group"}, ...content);

/** To the score before and after the one that was gone to, or where that is out of sight, what is seen. */
function scoreButtons(entries: readonly HTMLElement[]): HTMLElement[] {
  const scores = entries.filter(({dataset}) => dataset.kind === "score");
  if (scores.length === 0) return [];
  let current: HTMLElement | null = null;
  const step = (by: 1 | -1): void => {
    const shown = scores.filter(({hidden}) => !hidden);
    const at = current !== null && isInSight(current) ? shown.indexOf(current) : -1;
    const next = at >= 0 ? shown[at + by] : by === 1 ? shown.find(isBelowMiddle) : shown.findLast((entry) => !isBelowMiddle(entry));
    if (next === undefined) return;
    current?.classList.remove("current");
    current = next;
    current.classList.add("current");
    history.replaceState(null, "", `#${current.id}`);
    reveal(current);
  };
  const up = button("↑", () => step(-1), {"aria-label": "Previous score"});
  const down = button("↓", () => step(1), {"aria-label": "Next score"});
  return [group(element("span", {class: "label"}, "Score"), up, down)];
}

function isInSight(entry: HTMLElement): boolean {
  const {top, bottom} = entry.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

const isBelowMiddle = (entry: HTMLElement): boolean => entry.getBoundingClientRect().top > innerHeight / 2;

/** Kinds of entries, to be hidden and shown. */
function kindButtons(entries: readonly HTMLElement[], changed: () => void) {
  const kinds = [...new Set(entries.map(({dataset}) => dataset.kind!))];
  const hidden = new Set<string>();
  const apply = () => {
    for (const entry of entries) entry.hidden = hidden.has(entry.dataset.kind!);
    for (const each of buttons) each.setAttribute("aria-pressed", String(!hidden.has(each.dataset.kind!)));
    changed();
  };
  const buttons = kinds.map((kind) => {
    const count = entries.filter(({dataset}) => dataset.kind === kind).length;
    return button(
      `${kind} ${count}`,
      () => {
        if (!hidden.delete(kind)) hidden.add(kind);
        apply();
      },
      {"aria-pressed": "true", "data-kind": kind},
    );
  });
  return {
    box: group(element("span", {class: "label"}, "Show"), ...buttons),
    /** A link leads to what is hidden: its kind is shown. */
    showKind(entry: HTMLElement | null): void {
      if (entry === null || !hidden.delete(entry.dataset.kind!)) return;
      apply();
      reveal(entry);
    },
  };
}
