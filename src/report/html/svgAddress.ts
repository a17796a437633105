/**
 * An SVG as the address of an image, to be decoded to the same bytes with `decodeURIComponent`. A third smaller than base64: only
 * what an address or a `srcset` cannot hold is escaped.
 */
export const svgAddress = (svg: string): string =>
  `data:image/svg+xml;charset=utf-8,${svg.replace(/[\u0000-\u0020%#\u007f]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`)}`;
