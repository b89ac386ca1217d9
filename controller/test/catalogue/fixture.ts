import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogueError, type CatalogueProblem, publish } from '../../src/catalogue/index.ts';
import { type InitOptions, type InitResult, initCatalogue, signRunbooks } from '../../src/ceremony/index.ts';
import { type SampleChanges, writeSample } from '../ceremony/sample-runbook.ts';

export const day = 86_400_000;

/** A data folder and an offline folder in a scratch folder, under a clock that tests set. */
export class Fixture {
  readonly dir = mkdtempSync(join(tmpdir(), 'millwright-catalogue-'));
  readonly dataDir = join(this.dir, 'data');
  readonly offlineDir = join(this.dir, 'offline');
  time = Date.now();
  readonly clock = { now: (): number => this.time };
  readonly base = { dataDir: this.dataDir, offlineDir: this.offlineDir, clock: this.clock };

  init(options: Partial<InitOptions> = {}): Promise<InitResult> {
    return initCatalogue({ ...this.base, ...options });
  }

  sample(changes: SampleChanges = {}): string {
    return writeSample(join(this.dir, 'runbooks'), changes);
  }

  /** Signs and publishes runbooks with all keys at hand. */
  async release(...folders: string[]): Promise<void> {
    await signRunbooks({ ...this.base, folders });
    await publish(this.base);
  }

  /** One custodian's copy of the offline folder: the keys with this number. */
  custodian(number: number): string {
    const copy = join(this.dir, `custodian-${number}`);
    cpSync(this.offlineDir, copy, { recursive: true, mode: 0 });
    for (const name of readdirSync(join(copy, 'keys')))
      if (!name.endsWith(`-${number}.pem`)) rmSync(join(copy, 'keys', name));
    return copy;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** For `assert.rejects`: a CatalogueError of this code whose message says what to do. */
export const refusedWith =
  (code: CatalogueProblem) =>
  (error: unknown): boolean => {
    if (!(error instanceof CatalogueError) || error.code !== code) throw error;
    return error.message.length > 20;
  };
