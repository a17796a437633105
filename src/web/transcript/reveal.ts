/** Frames until what comes into sight has its size: entries far away are laid out only then, and push each other about. */
const SETTLING_FRAMES = 4;

/** Scrolls to a part of the page, so that it is in the middle when all is still. */
export function reveal(target: HTMLElement): void {
  let left = SETTLING_FRAMES;
  const settle = (): void => {
    target.scrollIntoView({block: "center"});
    if (--left > 0) requestAnimationFrame(settle);
  };
  settle();
}
