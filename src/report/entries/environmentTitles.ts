import type {Source} from "../../analysis/context.js";
import {Definitions} from "../../analysis/definitions.js";
import {keptEnvironments} from "../../store/environmentVersions.js";

/** The title of each environment by its name, of those that came with a store too. */
export async function environmentTitles({connection, catalogue}: Source): Promise<(name: string) => string> {
  const definitions = new Definitions(catalogue, await keptEnvironments(connection));
  return (name) => definitions.named(name).title;
}
