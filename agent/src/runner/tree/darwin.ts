import { endPosixGroup } from './posix-group.ts';
import type { ProcessTree } from './process-tree.ts';

/** macOS shows no process's environment to others: what leaves the group on purpose is not found. */
export const darwinTree: ProcessTree = {
  endGroup: endPosixGroup,
  mark: () => undefined,
  endMarked: () => false,
};
