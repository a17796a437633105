/** After an @ of a name or an address, so that a comment calls nobody: it is not seen, and breaks no line. */
const WORD_JOINER = "\u2060";

/**
 * Text as Markdown that shows exactly it: on GitHub too, where $ begins formulas, addresses become links and @ calls people.
 *
 * @example escapeMarkdown("*a* | [b](c)") // => "\\*a\\* \\| \\[b\\](c)"
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*[\]<>|~$&{}]/g, "\\$&")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_") // inside words it is only a character
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/(?<=\bwww)\./gi, "\\.")
    .replace(/(?<=\w)#|#(?=\d|$)/g, "\\#")
    .replace(/!$/, "\\!") // before a link it would be a picture
    .replace(/(?<![A-Za-z0-9])@|@(?=[\w-]+\.\w)/g, `\\@${WORD_JOINER}`);
}

/** The same at the beginning of a line, where more characters mean something: #, -, +, =, 1. and 4 spaces. */
export const escapeLine = (markdown: string): string =>
  markdown
    .trimStart()
    .replace(/^([#+=-])/, "\\$1")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
