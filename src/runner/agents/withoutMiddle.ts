/** At most `most` characters: the beginning and the end, which say the most. */
export function withoutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const gap = `\n[… ${text.length} characters in all …]\n`;
  const half = Math.max(0, Math.floor((most - gap.length) / 2));
  return text.slice(0, half) + gap + (half === 0 ? "" : text.slice(-half));
}
