/** A value as JSON for a script element of data: nothing in it can end the element or begin a comment. */
export const jsonData = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
