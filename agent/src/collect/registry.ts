import { existsSync } from 'node:fs';
import type { Clock } from '@millwright/shared/clock';
import type { Configuration } from '../config/index.ts';
import type { Collector } from './collector.ts';
import { commands } from './command.ts';
import { probeCollector } from './connectivity/probe-collector.ts';
import { probesOf } from './connectivity/probes.ts';
import { darwinFilesystems } from './filesystems/darwin.ts';
import { filesystemCollector } from './filesystems/filesystem-collector.ts';
import { linuxFilesystems } from './filesystems/linux.ts';
import { windowsFilesystems } from './filesystems/windows.ts';
import { folderCollector } from './folders/folder-collector.ts';
import { hostCollector } from './host/host-collector.ts';
import { inventoryCollector } from './host/inventory-collector.ts';
import { darwinProcesses, windowsProcesses } from './processes/elsewhere.ts';
import { linuxProcesses } from './processes/linux.ts';
import { processCollector } from './processes/process-collector.ts';
import type { ProcessTable } from './processes/process-table.ts';
import { launchdServices } from './services/darwin.ts';
import { SystemdServices } from './services/linux.ts';
import { windowsServices } from './services/windows.ts';

/** Made by systemd at boot, and by nothing else: sd_booted(3). */
const bootedBySystemd = '/run/systemd/system';

/** All collectors for this platform and configuration. Adding one is a file and a line here. */
export function collectorsFor(configuration: Configuration, clock: Clock): Collector[] {
  const { collect } = configuration;
  return [
    processCollector(configuration.processes, processes(), clock),
    ...configuration.folders.map((folder) => folderCollector(folder, clock)),
    filesystemCollector(collect.filesystemMs, filesystems(), clock),
    ...probesOf(configuration, commands).map((probe) => probeCollector(probe, clock)),
    ...services(collect.servicesMs, clock),
    hostCollector(collect.hostMs, clock),
    inventoryCollector(collect.inventoryMs, clock),
  ];
}

function processes(): ProcessTable {
  switch (process.platform) {
    case 'darwin':
      return darwinProcesses(commands);
    case 'win32':
      return windowsProcesses(commands);
    default:
      return linuxProcesses;
  }
}

function services(intervalMs: number, clock: Clock): Collector[] {
  switch (process.platform) {
    case 'darwin':
      return [launchdServices(intervalMs, commands, clock)];
    case 'win32':
      return [windowsServices(intervalMs, commands, clock)];
    default:
      return existsSync(bootedBySystemd) ? [new SystemdServices(intervalMs, clock)] : [];
  }
}

function filesystems(): Parameters<typeof filesystemCollector>[1] {
  switch (process.platform) {
    case 'darwin':
      return darwinFilesystems(commands);
    case 'win32':
      return windowsFilesystems(commands);
    default:
      return linuxFilesystems;
  }
}
