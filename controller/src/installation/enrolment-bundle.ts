import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import { EnrolmentBundle } from '@millwright/shared/protocol';
import type { AuditLog } from '../audit/index.ts';
import { createEnrolmentToken } from '../identity/index.ts';
import type { Store } from '../store/index.ts';
import { firstRootPath } from './initialise.ts';
import { tlsDir } from './layout.ts';

/** A one-time token with the pins: what rides beside an installer. `controller` is `host:port` as the endpoint reaches it. */
export async function createEnrolmentBundle(
  parts: { store: Store; clock: Clock; audit: AuditLog },
  dataDir: string,
  request: { client: string; site: string; hours: number; by: string; controller: string },
): Promise<EnrolmentBundle> {
  const { token } = await createEnrolmentToken(parts, request);
  return EnrolmentBundle.parse({
    schema: 1,
    controller: request.controller,
    token,
    ca: readFileSync(join(tlsDir(dataDir), 'ca.pem'), 'utf8'),
    root: readFileSync(firstRootPath(dataDir), 'utf8'),
  });
}
