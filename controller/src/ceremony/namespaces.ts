import { CatalogueError } from '../catalogue/catalogue-error.ts';

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
/** The most runbooks in one namespace. */
export const MAX_RUNBOOKS_PER_ROLE = 200;

/** The role of a namespace (`linux-disk` for `linux/disk`). @throws CatalogueError `namespace-malformed` */
export function roleOfNamespace(namespace: string): string {
  if (!/^[a-z0-9]+\/[a-z0-9]+$/.test(namespace))
    throw new CatalogueError(
      'namespace-malformed',
      `${namespace} is not a namespace; write <platform>/<category> in [a-z0-9]`,
    );
  return namespace.replace('/', '-');
}

/** The one pattern of targets that a namespace holds. */
export function patternOfNamespace(namespace: string): string {
  return `${namespace}/*`;
}
