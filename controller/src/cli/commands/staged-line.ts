import type { StagedRole } from '../../ceremony/index.ts';

/** What a signed role still needs, in words. */
export function stagedLine({ role, version, have, need }: StagedRole): string {
  return have < need
    ? `${role} version ${version} has ${have} of ${need} signatures; let another custodian sign the same`
    : `${role} version ${version} is signed; publish it with \`millwright catalogue publish\``;
}
