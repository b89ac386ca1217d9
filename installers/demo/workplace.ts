import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders and the daemon that the demo breaks: all below one temporary folder, removed at the end. */
export class Workplace {
  readonly root: string = mkdtempSync(join(tmpdir(), 'millwright-demo-'));
  readonly dataDir: string = join(this.root, 'controller');
  readonly offlineDir: string = join(this.root, 'offline-keys');
  readonly stateDir: string = join(this.root, 'agent');
  readonly agentConfiguration: string = join(this.root, 'agent.json');
  readonly bundle: string = join(this.root, 'enrolment.json');
  readonly pidFile: string = join(this.root, 'till.pid');
  /** A folder with a limit, as an upload folder or a spool has. */
  readonly spool: string = join(this.root, 'spool');
  readonly spoolLimitBytes: number = 8 * 1024 * 1024;
  readonly #tillCommand = [
    process.execPath,
    fileURLToPath(new URL('till.ts', import.meta.url)),
    this.pidFile,
  ];

  constructor() {
    mkdirSync(this.spool);
    writeFileSync(join(this.spool, 'keep.txt'), 'Not a temporary file: cleaning leaves it alone.\n');
  }

  /** The agent's configuration: what it watches here, and how each is started or cleaned. */
  writeAgentConfiguration(): void {
    const configuration = {
      stateDir: this.stateDir,
      // Nothing leaves this machine.
      collect: { connectivity: false },
      processes: [{ name: 'till', pidFile: this.pidFile, command: this.#tillCommand }],
      folders: [
        {
          path: this.spool,
          limitBytes: this.spoolLimitBytes,
          clean: ['*.tmp'],
          keepMinutes: 0,
          intervalMs: 250,
        },
      ],
    };
    writeFileSync(this.agentConfiguration, `${JSON.stringify(configuration, null, 2)}\n`);
  }

  startTill(): void {
    const [program = '', ...args] = this.#tillCommand;
    spawn(program, args, { detached: true, stdio: 'ignore' }).unref();
  }

  /** The daemon's process id, where it runs. */
  tillPid(): number | undefined {
    try {
      const pid = Number(readFileSync(this.pidFile, 'utf8'));
      // An empty file (a full disk) is 0, and a signal to 0 would go to this process's whole group.
      if (!(pid > 0)) return undefined;
      process.kill(pid, 0);
      return pid;
    } catch {
      // No pidfile yet, or no such process: it does not run.
      return undefined;
    }
  }

  killTill(): number {
    const pid = this.tillPid();
    if (pid === undefined) throw new Error('the demo daemon does not run, so it cannot be killed');
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  fillSpool(): number {
    const files = 12;
    const each = Buffer.alloc(1024 * 1024, 'millwright ');
    for (let index = 0; index < files; index += 1)
      writeFileSync(join(this.spool, `upload-${index}.tmp`), each);
    return files * each.length;
  }

  /** Ends the daemon and removes everything. */
  remove(): void {
    const pid = this.tillPid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
