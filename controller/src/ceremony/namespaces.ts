import { CatalogueError } from '../catalogue/catalogue-error.ts';
import type { Lifetimes } from '../catalogue/lifetimes.ts';
import { type KeyGroup, keyGroups } from './offline-folder.ts';

/** The namespaces of the stock runbooks, each `<platform>/<category>`. */
export const defaultNamespaces: readonly string[] = [
  'posix/process',
  'posix/disk',
  'posix/diagnose',
  'linux/service',
  'linux/disk',
  'linux/network',
  'windows/service',
  'windows/process',
  'windows/disk',
  'windows/network',
  'darwin/service',
  'darwin/network',
];

/** The role that signs `trust/keys.json`. */
export const TRUST_ROLE = 'trust';
/** The role that signs the agent's own binaries, for self-update; it holds no runbook. */
export const AGENT_ROLE = 'agent';
/** The one pattern that each role of ours has, beside the namespaces' own. */
export const ownPatterns = { [TRUST_ROLE]: 'trust/*', [AGENT_ROLE]: 'agent/*' } as const;
/** The most runbooks in one namespace. */
export const MAX_RUNBOOKS_PER_ROLE = 200;

/** Whose keys sign a role: each namespace's are those of the group `runbooks`. */
export function groupOf(role: string): KeyGroup {
  return keyGroups.find((group) => group === role) ?? 'runbooks';
}

/** How long a targets role is valid, in milliseconds. */
export function lifetimeOf(role: string, lifetimes: Lifetimes): number {
  return role === TRUST_ROLE ? lifetimes.trust : lifetimes.namespace;
}

/** The role of a namespace (`linux-disk` for `linux/disk`). @throws CatalogueError `namespace-malformed` */
export function roleOfNamespace(namespace: string): string {
  if (!/^[a-z0-9]+\/[a-z0-9]+$/.test(namespace))
    throw new CatalogueError(
      'namespace-malformed',
      `${namespace} is not a namespace; write <platform>/<category> in [a-z0-9]`,
    );
  if (namespace.split('/')[0] === TRUST_ROLE || namespace.split('/')[0] === AGENT_ROLE)
    throw new CatalogueError(
      'namespace-malformed',
      `${namespace} is kept for Millwright itself, and holds no runbooks; choose a platform's name`,
    );
  return namespace.replace('/', '-');
}

/** The one pattern of targets that a namespace holds. */
export function patternOfNamespace(namespace: string): string {
  return `${namespace}/*`;
}
