import type {Block} from "../content.js";
import {escapeHtml} from "./escapeHtml.js";
import {figureHtml} from "./figureHtml.js";
import {spansHtml} from "./spansHtml.js";
import {tableHtml} from "./tableHtml.js";

/** A block of a report as HTML. */
export function blockHtml(block: Block): string {
  const inside = (blocks: readonly Block[]) => blocks.map(blockHtml).join("\n");
  switch (block.kind) {
    case "heading":
      return `<h${block.level} id="${escapeHtml(block.id)}">${spansHtml(block.spans)}</h${block.level}>`;
    case "paragraph":
      return `<p>${spansHtml(block.spans)}</p>`;
    case "list": {
      const [open, close] = block.ordered ? [`ol${block.start === 1 ? "" : ` start="${block.start}"`}`, "ol"] : ["ul", "ul"];
      return `<${open}>\n${block.items.map((item) => `<li>${inside(item)}</li>`).join("\n")}\n</${close}>`;
    }
    case "quote":
      return `<blockquote>${inside(block.blocks)}</blockquote>`;
    case "code":
      return `<pre tabindex="0"><code>${escapeHtml(block.text)}</code></pre>`;
    case "rule":
      return "<hr>";
    case "figure":
      return figureHtml(block);
    case "missing-figure":
      return `<p class="missing">The figure ${escapeHtml(block.name)} is not shown: ${escapeHtml(block.reason)}.</p>`;
    case "table":
      return tableHtml(block);
  }
}
