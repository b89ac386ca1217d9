import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CommandResult, mustRun, runCommand } from './command.ts';
import { endWithProcess } from './end-with-process.ts';
import { HostError } from './host-error.ts';
import { type Lease, takeLease } from './lease.ts';
import { requireHostTools } from './requirements.ts';
import { rootFilesystem } from './root-filesystem.ts';

const bootSeconds = 60;

/**
 * A machine with a real systemd as its process 1, its own network and its own processes, in a container that is thrown away.
 * Everything it writes is in memory.
 */
export class SystemdHost implements AsyncDisposable {
  readonly name: string;
  /** The host's own address, and this machine's on the link to it. */
  readonly address: string;
  readonly outside: string;
  /** The network interface's name on this machine. */
  readonly link: string;
  /** Process id of the container's process 1, as seen from this machine. */
  readonly pid: number;
  private readonly container: Container;

  private constructor(name: string, lease: Lease, container: Container, pid: number) {
    this.name = name;
    this.address = lease.inside;
    this.outside = lease.outside;
    this.link = `ve-${lease.machine}`;
    this.container = container;
    this.pid = pid;
  }

  /**
   * Boots a host and connects it; ready when systemd says that all units are up.
   * @throws HostError
   */
  static async start({ name }: { name: string }): Promise<SystemdHost> {
    requireHostTools();
    const root = await rootFilesystem();
    const lease = takeLease();
    const container = new Container(name, root, lease);
    try {
      const host = new SystemdHost(name, lease, container, await container.firstProcess());
      await host.waitUntilUp();
      await host.connect();
      return host;
    } catch (error) {
      await container.end();
      throw error;
    }
  }

  /** Runs a program on the host and gives back what it printed. @throws HostError `command-failed` */
  run(program: string, ...args: string[]): Promise<string> {
    return mustRun('nsenter', [...this.inside(), program, ...args]);
  }

  /** Runs a program on the host, whatever it answers. */
  attempt(program: string, ...args: string[]): Promise<CommandResult> {
    return runCommand('nsenter', [...this.inside(), program, ...args]);
  }

  /** Copies a file of this machine onto the host; gives back its path there. Readable by root alone. */
  async copyIn(file: string, folder = '/root'): Promise<string> {
    const target = join(folder, basename(file));
    await mkdir(join(this.container.exchange, 'in'), { recursive: true });
    await copyFile(file, join(this.container.exchange, 'in', basename(file)));
    await this.run('install', '-D', '-m', '0600', join('/exchange/in', basename(file)), target);
    return target;
  }

  /** Cuts the host off: its link loses carrier, as when a cable is pulled. */
  async linkDown(): Promise<void> {
    await mustRun('ip', ['link', 'set', this.link, 'down']);
  }

  async linkUp(): Promise<void> {
    await mustRun('ip', ['link', 'set', this.link, 'up']);
  }

  /** Ends the host and all in it. @throws HostError `not-ended` when something is left behind. */
  async stop(): Promise<void> {
    await this.container.end();
    const left = await runCommand('ip', ['link', 'show', this.link]);
    if (left.code === 0)
      throw new HostError('not-ended', `${this.name}: the interface ${this.link} is still there`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private inside(): string[] {
    return ['-t', String(this.pid), '-m', '-p', '-u', '-i', '-n', '--'];
  }

  private async waitUntilUp(): Promise<void> {
    const deadline = Date.now() + bootSeconds * 1000;
    for (;;) {
      const { stdout } = await this.attempt('systemctl', 'is-system-running');
      const state = stdout.trim();
      if (state === 'running') return;
      if (state === 'degraded') {
        const failed = await this.attempt('systemctl', '--failed', '--no-legend', '--plain');
        throw new HostError(
          'boot-failed',
          `${this.name}: units failed while booting: ${failed.stdout.trim()}`,
        );
      }
      if (Date.now() > deadline || this.container.hasEnded)
        throw new HostError('boot-failed', `${this.name} did not boot: ${state} ${this.container.said}`);
      await delay(50);
    }
  }

  private async connect(): Promise<void> {
    await mustRun('ip', ['address', 'replace', `${this.outside}/30`, 'dev', this.link]);
    await this.linkUp();
    await this.run('ip', 'address', 'add', `${this.address}/30`, 'dev', 'host0');
    await this.run('ip', 'link', 'set', 'host0', 'up');
    await this.run('ip', 'route', 'add', 'default', 'via', this.outside);
  }
}

/** The nspawn process that holds a host, and what has to go with it. */
class Container {
  /** A folder that both sides see, `/exchange` on the host. */
  readonly exchange: string;
  private readonly name: string;
  private readonly lease: Lease;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private readonly forget: () => void;
  private output = '';
  hasEnded = false;

  constructor(name: string, root: string, lease: Lease) {
    this.name = name;
    this.lease = lease;
    this.exchange = mkdtempSync(join(tmpdir(), 'millwright-host-'));
    const nspawn = [
      'systemd-nspawn',
      '--quiet',
      '--register=no',
      '--keep-unit',
      '--network-veth',
      `--machine=${lease.machine}`,
      `--hostname=${name}`,
      `--directory=${root}`,
      '--read-only',
      '--volatile=overlay',
      `--bind=${this.exchange}:/exchange`,
      '--boot',
    ];
    // A host must end with this process even when that is killed and can clean up nothing. Ending nspawn does not end what it
    // booted; ending the first process of a process namespace ends all in it. So nspawn is made that.
    const leash = ['--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];
    this.child = spawn('setpriv', [...leash, ...nspawn], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-4000);
      });
    this.ended = new Promise((resolve) => {
      const over = (): void => {
        this.hasEnded = true;
        resolve();
      };
      this.child.once('close', over);
      this.child.once('error', over);
    });
    this.forget = endWithProcess(() => {
      this.child.kill('SIGKILL');
      this.cleanUp();
    });
  }

  /** The last that the container's console said. */
  get said(): string {
    return this.output.trim();
  }

  /** @throws HostError `boot-failed` */
  async firstProcess(): Promise<number> {
    for (let tries = 0; tries < 400 && !this.hasEnded; tries++) {
      const pid = this.childThatIsFirst();
      if (pid !== undefined) return pid;
      await delay(25);
    }
    throw new HostError('boot-failed', `${this.name}: systemd-nspawn started nothing: ${this.said}`);
  }

  /** nspawn has a passing child of its own before the one that is process 1 in the container. */
  private childThatIsFirst(): number | undefined {
    try {
      const nspawn = childOf(this.child.pid);
      const first = childOf(nspawn);
      // Three namespaces: this machine's, the leash's, the container's.
      return /^NSpid:(\s\d+){2}\s1$/m.test(readFileSync(`/proc/${first}/status`, 'utf8')) ? first : undefined;
    } catch {
      // Not there yet, or ended between the reads.
      return undefined;
    }
  }

  /** An orderly end first; what is not gone in time is killed. */
  async end(): Promise<void> {
    this.askToPowerOff();
    const late = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(late);
    this.forget();
    this.cleanUp();
  }

  private askToPowerOff(): void {
    try {
      const nspawn = childOf(this.child.pid);
      if (nspawn !== undefined) process.kill(nspawn, 'SIGTERM');
    } catch (error) {
      // Gone already, which is what was asked for.
      if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'ENOENT')))
        throw error;
    }
  }

  private cleanUp(): void {
    rmSync(this.exchange, { recursive: true, force: true });
    rmSync(`/run/systemd/nspawn/propagate/${this.lease.machine}`, { recursive: true, force: true });
    this.lease.release();
  }
}

/** The first child of a process. @throws ENOENT when the process is gone. */
function childOf(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return child === undefined || child === '' ? undefined : Number(child);
}
