import {printable} from "../../errors.js";
import type {Participant} from "../figureContext.js";

/** Between a name and what is said of it. */
export const MARK_TEXT_SEPARATOR = "\u2002";

/**
 * The description of a mark: whose it is, and what it says. Scripts of a page find the marks of a participant by what stands
 * before the separator, and show what stands after it.
 */
export const markText = ({agent, kind}: Participant, text = ""): string =>
  nameOf({agent, kind}) + (text === "" ? "" : MARK_TEXT_SEPARATOR + text);

/** A participant's name as figures show it: nothing in it may rewrite or reorder what stands around it. */
export const nameOf = ({agent, kind}: Participant): string =>
  kind === "human" ? "People" : printable(agent).replaceAll(MARK_TEXT_SEPARATOR, " ");
