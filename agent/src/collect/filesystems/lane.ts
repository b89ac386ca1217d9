/**
 * Calls that may never come back (a dead network mount) and each hold a thread of the process's small pool until they do. A lane
 * lets a fixed number of them be under way, one per subject, so that no number of dead mounts takes the threads that
 * everything else needs.
 */
export class Lane {
  private readonly width: number;
  private readonly underWay = new Set<string>();
  private readonly waiting: { start: () => void }[] = [];

  constructor(width: number) {
    this.width = width;
  }

  /** Subjects whose call has not come back. */
  get stuck(): ReadonlySet<string> {
    return this.underWay;
  }

  /**
   * Runs the call in its turn. Resolves to `undefined` when it (or those before it) take longer than `patienceMs`, or when an
   * earlier call for this subject is still out; it is then dropped if it has not started yet.
   */
  async call<T>(subject: string, patienceMs: number, work: () => Promise<T>): Promise<T | undefined> {
    if (this.underWay.has(subject)) return undefined;
    return new Promise<T | undefined>((resolve, reject) => {
      const entry = {
        start: (): void => {
          this.underWay.add(subject);
          work()
            .then(resolve, reject)
            .finally(() => {
              clearTimeout(timer);
              this.underWay.delete(subject);
              if (this.underWay.size < this.width) this.waiting.shift()?.start();
            });
        },
      };
      const timer = setTimeout(() => {
        const index = this.waiting.indexOf(entry);
        if (index >= 0) this.waiting.splice(index, 1);
        resolve(undefined);
      }, patienceMs);
      if (this.underWay.size < this.width) entry.start();
      else this.waiting.push(entry);
    });
  }
}
