import type { Platform } from '@millwright/shared/runbook';
import { darwinTree } from './darwin.ts';
import { linuxTree } from './linux.ts';
import type { ProcessTree } from './process-tree.ts';
import { windowsTree } from './windows.ts';

export type { PidCount } from './linux-pids.ts';
export type { ProcessTree } from './process-tree.ts';

export function processTreeFor(platform: Platform, systemRoot = ''): ProcessTree {
  switch (platform) {
    case 'linux':
      return linuxTree;
    case 'darwin':
      return darwinTree;
    case 'win32':
      return windowsTree(systemRoot);
  }
}
