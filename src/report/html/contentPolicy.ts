import {createHash} from "node:crypto";

/** Nothing may load but images and fonts inside the page, and nothing may run or be styled but what was written here. */
export function contentPolicy(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    "img-src data:",
    "font-src data:",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
