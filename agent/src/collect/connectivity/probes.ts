import { win32 } from 'node:path';
import type { Configuration } from '../../config/index.ts';
import type { CommandRunner } from '../command.ts';
import { runDeclaredProbe } from './declared-probe.ts';
import { probeDarwinGateway, probeLinuxGateway, windowsGateway } from './gateway.ts';
import { probeNameResolution } from './name-resolution.ts';
import type { Probe } from './probe-collector.ts';

/** The probes of a configuration: the gateway and the name servers, unless switched off, and those that it declares. */
export function probesOf({ collect, probes }: Configuration, run: CommandRunner): Probe[] {
  const intervalMs = collect.connectivityMs;
  const own: Probe[] = [
    { name: 'gateway', probe: 'gateway', intervalMs, run: gateway(run) },
    { name: 'dns', probe: 'dns', intervalMs, run: (signal) => probeNameResolution(signal) },
  ];
  const declared = probes.map(
    (probe): Probe => ({
      name: probe.name,
      probe: probe.probe,
      intervalMs,
      run: (signal) => runDeclaredProbe(probe, signal),
    }),
  );
  return collect.connectivity ? [...own, ...declared] : declared;
}

function gateway(run: CommandRunner): Probe['run'] {
  switch (process.platform) {
    case 'darwin':
      return () => probeDarwinGateway(run);
    case 'win32':
      return windowsGateway(run, win32.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'PING.EXE'));
    default:
      return probeLinuxGateway;
  }
}
