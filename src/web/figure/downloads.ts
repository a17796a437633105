import {button} from "../element.js";
import {saveFile} from "../saveFile.js";

/** Pixels of a PNG for one of the drawing. */
const PNG_SCALE = 2;

type Files = {name: string; title: string; svg: string; address: string; csv: () => Promise<string | null>};

/** Buttons that hand out the figure: the command line's own SVG and CSV byte for byte, and a PNG drawn from the SVG. */
export function downloads({name, title, svg, address, csv}: Files): HTMLButtonElement[] {
  const save = (format: string, press: () => void) => button(format, press, {"aria-label": `Download ${title} as ${format}`});
  return [
    save("SVG", () => saveFile(`${name}.svg`, new Blob([svg], {type: "image/svg+xml"}))),
    save("PNG", async () => saveFile(`${name}.png`, await pngOf(address))),
    save("CSV", async () => saveFile(`${name}.csv`, new Blob([(await csv()) ?? ""], {type: "text/csv"}))),
  ];
}

async function pngOf(address: string): Promise<Blob> {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * PNG_SCALE;
  canvas.height = image.naturalHeight * PNG_SCALE;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no PNG"))), "image/png"));
}
