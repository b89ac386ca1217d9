import { spawnSync } from 'node:child_process';
import { windowsFolder } from '../environment.ts';
import type { ProcessTree } from './process-tree.ts';

/** Windows: the process and its descendants, while it lives. What outlives its parent is not found. */
export function windowsTree(systemRoot: string): ProcessTree {
  return {
    endGroup(pid) {
      const file = `${windowsFolder(systemRoot)}\\System32\\taskkill.exe`;
      spawnSync(file, ['/PID', String(pid), '/T', '/F'], {
        stdio: 'ignore',
        windowsHide: true,
        shell: false,
      });
    },
    mark: () => undefined,
    endMarked: () => false,
  };
}
