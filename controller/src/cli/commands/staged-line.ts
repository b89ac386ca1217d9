import type { StagedRole } from '../../ceremony/index.ts';

/** What a signed role still needs, in words. */
export function stagedLine({ role, version, have, need }: StagedRole): string {
  return have < need
    ? `${role} version ${version} has ${have} of ${need} signatures; let another custodian sign the same`
    : `${role} version ${version} is signed; publish it with \`millwright catalogue publish\``;
}

/** What keeps a signed role from being published, in words. */
export function waitingLine(staged: StagedRole): string {
  return staged.have < staged.need
    ? stagedLine(staged)
    : `${staged.role} version ${staged.version} is signed, and is published together with what still lacks signatures`;
}
