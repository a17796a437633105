/** A text that the page holds compressed, in the element of this id; null where there is none. */
export async function unpacked(id: string): Promise<string | null> {
  const packed = document.getElementById(id)?.textContent?.trim();
  if (packed === undefined) return null;
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}
