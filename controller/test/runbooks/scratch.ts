import {
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const minute = 60_000;

/** A folder for one test, removed after it. */
export class Scratch {
  readonly dir: string;

  constructor(under = tmpdir()) {
    this.dir = mkdtempSync(join(under, 'millwright-runbook-'));
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  /** A file last used `minutes` ago. */
  file(name: string, minutes: number): string {
    const file = this.path(name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'content');
    const then = new Date(Date.now() - minutes * minute);
    utimesSync(file, then, then);
    return file;
  }

  /** A link, itself made `minutes` ago. */
  link(target: string, name: string, minutes: number): void {
    symlinkSync(target, this.path(name));
    const then = new Date(Date.now() - minutes * minute);
    lutimesSync(this.path(name), then, then);
  }

  /** Everything below a folder of this scratch folder that is no folder, sorted. Links are not followed. */
  files(below = ''): string[] {
    const walk = (folder: string): string[] =>
      readdirSync(this.path(below, folder), { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
      );
    return walk('').sort();
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
