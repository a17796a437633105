import {printable} from "../../errors.js";
import type {CellValue, Column} from "../content.js";
import {formatValue, type HowWritten, MISSING} from "../formatValue.js";

/** A cell before notes are numbered: the reason says why the value is missing, or what else to know of it. */
export type DataCell = {value: CellValue; text: string; href: string | null; reason: string | null};

/** A table of a report: rows → what is written where. */
export type TableData = {caption: string; columns: Column[]; rows: DataCell[][]; notes: string[]};

/** Texts from records are shown with their control characters escaped. */
export const textCell = (text: string, href: string | null = null): DataCell => ({value: text, text: printable(text), href, reason: null});

export const missingCell = (reason: string): DataCell => ({value: null, text: MISSING, href: null, reason});

/** A number written as `text`; missing, with the reason, where it is null. */
export const numberCell = (value: number | null, text: (value: number) => string, reason: string | null = null): DataCell =>
  value === null ? missingCell(reason ?? "nothing is recorded of it") : {value, text: text(value), href: null, reason: null};

/** The field of a row, written as it would be in prose. */
export const fieldCell = (value: CellValue, how: Partial<HowWritten> & {field: string}, reason: string | null = null): DataCell =>
  value === null
    ? missingCell(reason ?? "nothing is recorded of it")
    : {value, text: formatValue(value, {format: null, digits: null, ...how}), href: null, reason: null};

/** Numbers to the right, texts to the left. */
export const numbers = (columns: Record<string, string>): Column[] => columnsOf(columns, "right");
export const texts = (columns: Record<string, string>): Column[] => columnsOf(columns, "left");

const columnsOf = (columns: Record<string, string>, align: Column["align"]): Column[] =>
  Object.entries(columns).map(([name, title]) => ({name, title, align}));
