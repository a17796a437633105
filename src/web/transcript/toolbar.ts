import {button, element} from "../element.js";
import {search} from "./search.js";

/** Above the entries, always in sight: search, scores, kinds. */
export function toolbar(main: HTMLElement): void {
  const entries = [...main.querySelectorAll<HTMLElement>(".entry")];
  const found = search(entries);
  const kinds = kindButtons(entries, found.again);
  const bar = element("div", {class: "toolbar", role: "group", "aria-label": "Transcript"});
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
  addEventListener("hashchange", () => kinds.reveal(document.querySelector<HTMLElement>(".entry:target")));
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    found.box.focus();
  });
}

const group = (...content: (string | Node)[]) => element("div", {class: "group"}, ...content);

/** To the score before and after what is seen. */
function scoreButtons(entries: readonly HTMLElement[]): HTMLElement[] {
  const scores = entries.filter(({dataset}) => dataset.kind === "score");
  if (scores.length === 0) return [];
  const middle = () => innerHeight / 2;
  const center = (entry: HTMLElement) => {
    const {top, bottom} = entry.getBoundingClientRect();
    return (top + bottom) / 2;
  };
  const go = (entry: HTMLElement | undefined) => {
    if (entry === undefined) return;
    entry.scrollIntoView({block: "center"});
    history.replaceState(null, "", `#${entry.id}`);
    for (const each of scores) each.classList.toggle("current", each === entry);
  };
  const shown = () => scores.filter(({hidden}) => !hidden);
  const near = 8; // px: an entry in the middle is neither before nor after it
  return [
    group(
      element("span", {class: "label"}, "Score"),
      button("↑", () => go(shown().findLast((entry) => center(entry) < middle() - near)), {"aria-label": "Previous score"}),
      button("↓", () => go(shown().find((entry) => center(entry) > middle() + near)), {"aria-label": "Next score"}),
    ),
  ];
}

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
    reveal(entry: HTMLElement | null): void {
      if (entry === null || !hidden.delete(entry.dataset.kind!)) return;
      apply();
      entry.scrollIntoView({block: "center"});
    },
  };
}
