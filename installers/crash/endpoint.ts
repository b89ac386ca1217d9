import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something on an endpoint that can be broken and repaired. */
export interface Subject {
  readonly condition: 'process-stopped' | 'folder-over-limit';
  /** As events and traces name it. */
  readonly name: string;
  isBroken(): boolean;
  break(): void;
  /** By hand, as a person would. */
  repair(): void;
}

const limitBytes = 4096;

/** An endpoint's folder: the agent's state and configuration, its daemons and its folders. */
export class Endpoint {
  readonly name: string;
  readonly folder: string;
  readonly stateDir: string;
  readonly configuration: string;
  readonly subjects: readonly Subject[];
  /** As the controller named it. */
  id = '';
  readonly #daemons: { name: string; pidFile: string; command: string[] }[] = [];
  readonly #folders: string[] = [];

  /** @param stateDir where its agent keeps its state, where not beside the rest */
  constructor(root: string, name: string, each: number, stateDir?: string) {
    this.name = name;
    this.folder = join(root, name);
    this.stateDir = stateDir ?? join(this.folder, 'state');
    this.configuration = join(this.folder, 'agent.json');
    mkdirSync(this.folder);
    const script = join(this.folder, 'daemon.sh');
    // What is left is found by its command line, which holds the path of this folder.
    writeFileSync(script, `echo $$ >"$1.new"\nmv "$1.new" "$1"\nexec tail -f "${script}"\n`);
    for (let index = 0; index < each; index += 1) {
      const daemon = `${name}-daemon-${index}`;
      const pidFile = join(this.folder, `${daemon}.pid`);
      this.#daemons.push({ name: daemon, pidFile, command: ['/bin/sh', script, pidFile] });
      const folder = join(this.folder, `spool-${index}`);
      mkdirSync(folder);
      this.#folders.push(folder);
    }
    this.subjects = [
      ...this.#daemons.map(({ name: daemon, pidFile, command }) => daemonSubject(daemon, pidFile, command)),
      ...this.#folders.map(folderSubject),
    ];
    writeFileSync(
      this.configuration,
      JSON.stringify({
        stateDir: this.stateDir,
        processes: this.#daemons.map((daemon) => ({ ...daemon, intervalMs: 50 })),
        folders: this.#folders.map((path) => ({
          path,
          limitBytes,
          clean: ['*.tmp'],
          keepMinutes: 0,
          intervalMs: 500,
        })),
        collect: { connectivity: false, filesystemMs: 3_600_000, servicesMs: 3_600_000, hostMs: 3_600_000 },
        policy: { perHour: 1000, perDay: 10_000, allPerHour: 10_000, quarantineAfter: 100 },
      }),
    );
  }

  /** Ends every daemon of this endpoint, also those that no pidfile names any more. */
  endDaemons(): void {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name) || !commandLine(name).includes(`${this.folder}/daemon.sh`)) continue;
      kill(Number(name));
    }
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function daemonSubject(name: string, pidFile: string, command: readonly string[]): Subject {
  const pid = (): number | undefined => {
    try {
      const found = Number(readFileSync(pidFile, 'utf8'));
      // A zombie has no command line.
      return commandLine(String(found)).includes('daemon.sh') ? found : undefined;
    } catch {
      // It has never run.
      return undefined;
    }
  };
  return {
    condition: 'process-stopped',
    name,
    isBroken: () => pid() === undefined,
    break: () => {
      const found = pid();
      if (found !== undefined) kill(found);
    },
    repair: () => {
      const [program = '', ...args] = command;
      spawn(program, args, { detached: true, stdio: 'ignore' }).unref();
    },
  };
}

function folderSubject(path: string): Subject {
  const spill = join(path, 'spill.tmp');
  return {
    condition: 'folder-over-limit',
    name: path,
    isBroken: () => (statSync(spill, { throwIfNoEntry: false })?.size ?? 0) > limitBytes,
    break: () => writeFileSync(spill, Buffer.alloc(2 * limitBytes)),
    repair: () => rmSync(spill, { force: true }),
  };
}
