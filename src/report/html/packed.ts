import {deflateRawSync} from "node:zlib";

/**
 * A text as scripts of the page unpack it: deflated, in base64. What is only shown or saved by scripts takes a tenth of its room so.
 * The same bytes on the same platform; another's compressor may find another way to say the same.
 */
export const packed = (text: string): string => deflateRawSync(text, {level: 9}).toString("base64");
