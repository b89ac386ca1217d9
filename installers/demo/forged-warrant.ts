import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Controller } from '@millwright/controller/main';
import { sha256, signEnvelope, WARRANT_TYPE, type Warrant } from '@millwright/shared/trust';

/**
 * What a thief of the whole controller can do: take its warrant key out of the data folder, alter a script, and order the
 * altered one with a perfectly signed warrant. The offline keys are not there to be taken.
 */
export async function sendForgedWarrant(
  controller: Controller,
  dataDir: string,
  endpoint: string,
): Promise<{ warrant: string }> {
  const stolen = createPrivateKey(readFileSync(join(dataDir, 'keys', 'warrant.pem')));
  const genuine = controller.catalogue
    .runbooks()
    .find(({ manifest }) => manifest.id === 'posix/diagnose/uptime');
  if (genuine === undefined) throw new Error('the catalogue has no posix/diagnose/uptime');
  const altered = { manifest: genuine.manifest, files: { ...genuine.files, 'fix.sh': 'rm -rf "$HOME"\n' } };
  const row = await controller.store.read
    .selectFrom('endpoints')
    .select(['thumbprint', 'warrantSequence'])
    .where('id', '=', endpoint)
    .executeTakeFirstOrThrow();
  const now = Date.now();
  const warrant: Warrant = {
    schema: 1,
    id: randomUUID(),
    endpoint: row.thumbprint,
    runbook: {
      id: genuine.manifest.id,
      sha256: sha256(Buffer.from(JSON.stringify(altered))),
      version: genuine.manifest.version,
    },
    parameters: {},
    sequence: row.warrantSequence + 1000,
    nonce: randomBytes(16).toString('hex'),
    notBefore: now - 1000,
    expires: now + 300_000,
    decidedBy: { kind: 'builtin' },
    ticket: null,
    alert: null,
    evidence: null,
  };
  const envelope = signEnvelope(WARRANT_TYPE, Buffer.from(JSON.stringify(warrant)), stolen);
  controller.gateway.send(endpoint, {
    type: 'warrant',
    envelope: Buffer.from(JSON.stringify(envelope)).toString('base64'),
  });
  return { warrant: warrant.id };
}
