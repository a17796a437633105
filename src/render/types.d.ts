// Libraries that come without types, as far as they are used here.
declare module "subset-font" {
  export default function subsetFont(
    font: Uint8Array,
    text: string,
    options: {targetFormat: "woff2" | "truetype"; noLayoutClosure?: boolean},
  ): Promise<Uint8Array>;
}
declare module "svg-to-pdfkit" {
  import type PDFDocument from "pdfkit";

  type Options = {
    fontCallback?: (family: string, bold: boolean, italic: boolean) => string;
    warningCallback?: (message: string) => void;
    width?: number;
    height?: number;
    preserveAspectRatio?: string;
    assumePt?: boolean;
  };
  export default function SVGtoPDF(document: InstanceType<typeof PDFDocument>, svg: string, x: number, y: number, options?: Options): void;
}
