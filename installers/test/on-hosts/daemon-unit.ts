import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SystemdHost } from '../host/index.ts';

/** A service of the host's own that counts its starts, so that a test sees what was started twice. */
export class DaemonUnit {
  readonly unit: string;
  private readonly host: SystemdHost;

  private constructor(host: SystemdHost, name: string) {
    this.host = host;
    this.unit = `${name}.service`;
  }

  /** Installs, enables and starts it. */
  static async install(host: SystemdHost, name: string): Promise<DaemonUnit> {
    const daemon = new DaemonUnit(host, name);
    const folder = await mkdtemp(join(tmpdir(), 'millwright-unit-'));
    try {
      const file = join(folder, daemon.unit);
      await writeFile(
        file,
        `[Service]
ExecStartPre=/bin/sh -c 'echo start >> /var/log/${name}.starts'
ExecStart=/usr/bin/sleep infinity

[Install]
WantedBy=multi-user.target
`,
      );
      await host.copyIn(file, '/etc/systemd/system');
    } finally {
      await rm(folder, { recursive: true });
    }
    await host.run('systemctl', 'daemon-reload');
    await host.run('systemctl', 'enable', '--now', '--quiet', daemon.unit);
    return daemon;
  }

  async isActive(): Promise<boolean> {
    return (await this.host.attempt('systemctl', 'is-active', '--quiet', this.unit)).code === 0;
  }

  /** How often it was started, the first time included. */
  async starts(): Promise<number> {
    const name = this.unit.replace('.service', '');
    return (await this.host.run('cat', `/var/log/${name}.starts`)).trim().split('\n').length;
  }
}
