import type { Manifest, RunbookClass } from '@millwright/shared/runbook';

/**
 * Leave to run one runbook. Only the two functions here make one, and dispatch takes nothing else: whatever has no
 * `Authorisation`, as a decision in shadow has not, has no way to an endpoint.
 */
export class Authorisation {
  /** `autonomous`, or the name of the person who said yes. */
  readonly by: string;
  readonly runbook: string;
  // A private field makes the type nominal: no look-alike object passes for one.
  readonly #made = true;

  private constructor(by: string, runbook: string) {
    this.by = by;
    this.runbook = runbook;
  }

  /** The ladder stands at autonomous for this runbook and client. The class is the signed one. */
  static byLadder(
    mode: 'autonomous',
    manifest: Manifest & { class: Exclude<RunbookClass, 'L2'> },
  ): Authorisation {
    return new Authorisation(mode, manifest.id);
  }

  /** A person with the role for it said yes. */
  static byPerson(name: string, manifest: Manifest): Authorisation {
    return new Authorisation(name, manifest.id);
  }

  get valid(): boolean {
    return this.#made;
  }
}
