import {systemClock} from "./clock.js";
import type {PauseBook} from "./pauseBook.js";

/** A book of pauses, and for how long anything waited by it, in all: what waited side by side did so once. */
export function watchedBook(book: PauseBook): {book: PauseBook; waitedSeconds(): number} {
  let [waiting, since, seconds] = [0, 0, 0];
  return {
    book: {
      ...book,
      async wait(...given) {
        if (waiting++ === 0) since = systemClock.nowSeconds();
        try {
          await book.wait(...given);
        } finally {
          if (--waiting === 0) seconds += systemClock.nowSeconds() - since;
        }
      },
    },
    waitedSeconds: () => seconds + (waiting === 0 ? 0 : systemClock.nowSeconds() - since),
  };
}
