import type { Policy } from '@millwright/shared/protocol';
import type { Manifest, Platform } from '@millwright/shared/runbook';
import { covers, Refusal } from '@millwright/shared/trust';
import type { LocalPolicy } from '../config/index.ts';

export function checkPlatform(manifest: Manifest, platform: Platform): void {
  if (!manifest.platforms.includes(platform))
    throw new Refusal(
      'platform-mismatch',
      `${manifest.id} is for ${manifest.platforms.join(', ')}; this endpoint is ${platform}`,
    );
}

/** Either side's switch stops everything; neither can turn the other's off. */
export function checkKillSwitch(local: LocalPolicy, policy: Policy): void {
  if (local.killSwitch) throw new Refusal('kill-switch', "this endpoint's own policy has the kill switch on");
  if (policy.killSwitch) throw new Refusal('kill-switch', "the controller's policy has the kill switch on");
}

export function checkNamespace(local: LocalPolicy, manifest: Manifest): void {
  if (!local.namespaces.some((pattern) => covers(pattern, manifest.id)))
    throw new Refusal('namespace-not-allowed', `this endpoint's own policy does not allow ${manifest.id}`);
}

export function checkClass(local: LocalPolicy, manifest: Manifest): void {
  if (!local.classes.includes(manifest.class))
    throw new Refusal(
      'class-not-allowed',
      `this endpoint's own policy does not allow class ${manifest.class}`,
    );
}
