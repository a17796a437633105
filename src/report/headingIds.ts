import type {Span} from "./content.js";

/** What a piece of prose says, without its form. */
export const plainText = (spans: readonly Span[]): string =>
  spans.map((span) => (span.kind === "break" ? " " : "spans" in span ? plainText(span.spans) : span.text)).join("");

/** Gives each heading an id of letters, digits and hyphens that no other has. */
export function headingIds(): (spans: readonly Span[]) => string {
  const taken = new Set<string>();
  return (spans) => {
    const slug = plainText(spans)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");
    const base = `section-${slug}`.replace(/-$/, "");
    let id = base;
    for (let i = 2; taken.has(id); ++i) id = `${base}-${i}`;
    taken.add(id);
    return id;
  };
}
