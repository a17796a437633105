import {enhanceFigure} from "./figure/enhanceFigure.js";

/** Those near the window first, one at a time, so that the page answers in between. */
export function enhanceFigures(figures: Iterable<HTMLElement>): void {
  const waiting = [...figures];
  const distance = (figure: HTMLElement) => Math.abs(figure.getBoundingClientRect().top);
  const next = async () => {
    if (waiting.length === 0) return;
    const nearest = waiting.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    waiting.splice(waiting.indexOf(nearest), 1);
    await enhanceFigure(nearest);
    setTimeout(next);
  };
  requestAnimationFrame(() => setTimeout(next)); // after the first paint
}
