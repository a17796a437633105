import type {Block, ReportContent} from "./content.js";

/**
 * A report whose figures' captions go on with what the figures would say below their plots: what is drawn, units, n and coverage.
 * Figures in a page are drawn without it, so that it is text of the page's size, which can be searched and read aloud.
 *
 * @param details By name of the figure.
 */
export function withDetails(content: ReportContent, details: ReadonlyMap<string, string>): ReportContent {
  const detailed = (block: Block): Block => {
    if (block.kind === "list") return {...block, items: block.items.map((item) => item.map(detailed))};
    if (block.kind === "quote") return {...block, blocks: block.blocks.map(detailed)};
    const detail = block.kind === "figure" ? details.get(block.figure.name) : undefined;
    if (block.kind !== "figure" || detail === undefined) return block;
    return {...block, caption: [...block.caption, {kind: "text", text: ` ${detail}`}]};
  };
  return {...content, blocks: content.blocks.map(detailed)};
}
