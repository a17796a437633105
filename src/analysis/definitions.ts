import {type Catalogue, findEnvironment} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";
import type {AttemptGroup} from "../store/attemptRows.js";
import type {Warning} from "./settings.js";

/** Definitions of environments: the catalogue's, and for versions or names it does not have those that the store kept. */
export class Definitions {
  readonly #missing = new Map<string, number>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly kept: readonly Environment[],
  ) {}

  /** The current definition of a name or alias. */
  named(name: string): Environment {
    return (
      this.catalogue.find(name) ??
      this.kept.findLast((each) => each.name === name || each.aliases.includes(name)) ??
      findEnvironment(this.catalogue, name)
    );
  }

  /** The definition that an attempt was made with; the current one where that version is not known. */
  of({environment, environmentVersion}: Pick<AttemptGroup, "environment" | "environmentVersion">): Environment {
    const current = this.named(environment);
    if (environmentVersion === null || current.version === environmentVersion) return current;
    const version = this.kept.findLast(({name, version}) => name === environment && version === environmentVersion);
    if (version === undefined) {
      const key = `${environment} version ${environmentVersion}, read as version ${current.version}`;
      this.#missing.set(key, (this.#missing.get(key) ?? 0) + 1);
    }
    return version ?? current;
  }

  warnings(): Warning[] {
    return [...this.#missing].map(([key, count]) => ({
      code: "unknown-environment-version",
      agent: null,
      message: `${count} attempts name a version of their environment that is not known here: ${key}`,
    }));
  }
}
