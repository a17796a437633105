/**
 * A word as a POSIX shell takes it: quoted only where it must be, so that people can read and copy it.
 *
 * @example shellWord("--seed=3") // => "--seed=3"
 * @example shellWord("it's") // => "'it'\\''s'"
 */
export const shellWord = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** What no shell expands; an equals sign in front, zsh does. */
const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;
