import {FONT_WEIGHTS, fontFile, PDF_FONT_NAMES} from "./font/fontFiles.js";
import {embedInPdf} from "./provenance/pdf.js";
import type {Provenance} from "./provenance/provenance.js";

const POINTS_PER_PX = 0.75; // 72 points, or 96 px, to an inch

/** One page of the size of the SVG, its text as text in the shipped font, without a date. */
export async function svgToPdf(svg: string, title: string, provenance: Provenance): Promise<Uint8Array> {
  const [{default: PDFDocument}, {default: SVGtoPDF}] = await Promise.all([import("pdfkit"), import("svg-to-pdfkit")]);
  const [, width, height] = /^<svg[^>]*\bwidth="([\d.]+)"[^>]*\bheight="([\d.]+)"/.exec(svg)!;
  const size: [number, number] = [Number(width) * POINTS_PER_PX, Number(height) * POINTS_PER_PX];
  const info = embedInPdf({Title: title, Creator: "rebench", Producer: "rebench", CreationDate: new Date(0)}, provenance);
  const document = new PDFDocument({size, margin: 0, info, font: fontFile(400)});
  const chunks: Uint8Array[] = [];
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    document.on("end", () => resolve(Buffer.concat(chunks)));
    document.on("error", reject);
  });
  for (const weight of FONT_WEIGHTS) document.registerFont(PDF_FONT_NAMES[weight], fontFile(weight));
  const fontCallback = (_family: string, bold: boolean) => PDF_FONT_NAMES[bold ? 600 : 400];
  SVGtoPDF(document, withoutFonts(svg), 0, 0, {fontCallback, width: size[0], height: size[1], assumePt: false});
  document.end();
  return whole;
}

/** The font comes from its file; the converter knows numbers above 500 as no bold. */
const withoutFonts = (svg: string) => svg.replace(/<style>.*?<\/style>/s, "").replaceAll('font-weight="600"', 'font-weight="bold"');
