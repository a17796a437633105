import {contentPolicy} from "./contentPolicy.js";
import {escapeHtml} from "./escapeHtml.js";

export type PageHead = {title: string; description: string | null; css: string; script: string; toolVersion: string};

/** Everything of a page up to its body. The script has to stand in it as it is here: its hash is what lets it run. */
export const pageHead = ({title, description, css, script, toolVersion}: PageHead): string =>
  [
    `<!doctype html>`,
    `<html lang="en">`,
    `<head>`,
    `<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(css, script)}">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="color-scheme" content="light dark">`,
    `<meta name="referrer" content="no-referrer">`,
    `<meta name="generator" content="rebench ${escapeHtml(toolVersion)}">`,
    ...(description === null ? [] : [`<meta name="description" content="${escapeHtml(description)}">`]),
    `<title>${escapeHtml(title)}</title>`,
    `<style>${css}</style>`,
    `</head>`,
  ].join("\n");
