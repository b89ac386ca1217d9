import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { arch, hostname } from 'node:os';
import { ApiError } from '@millwright/shared/api';
import {
  EnrolmentBundle,
  type EnrolmentRequest,
  EnrolmentResponse,
  enrolmentProof,
} from '@millwright/shared/protocol';
import { keyIdOf } from '@millwright/shared/trust';
import { ConfigurationError, type Identity } from '../config/index.ts';
import { keepReserve, openState, statePath } from '../state/index.ts';
import { identityPath, isEnrolled, rootPath, writeIdentity, writePrivate } from './identity-file.ts';
import { thisPlatform } from './platform.ts';

/** The controller said no; the message is its own. */
export class EnrolmentRefused extends Error {
  override readonly name = 'EnrolmentRefused';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws ConfigurationError */
export function readBundle(file: string): EnrolmentBundle {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(
      `cannot read the enrolment bundle ${file}: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
  const refuse = (why: string, options?: ErrorOptions): never => {
    throw new ConfigurationError(
      `${file} is not an enrolment bundle (${why}): make one with \`millwright token create\``,
      options,
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const parsed = EnrolmentBundle.safeParse(value);
  if (parsed.success) return parsed.data;
  return refuse(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; '),
  );
}

/**
 * Makes this endpoint's key, proves it to the controller with the one-time token, and keeps the certificate and the pins.
 * @throws ConfigurationError when it is enrolled already; EnrolmentRefused; Error when the controller is out of reach.
 */
export async function enrol(bundle: EnrolmentBundle, stateDir: string): Promise<Identity> {
  if (isEnrolled(stateDir))
    throw new ConfigurationError(
      `this endpoint is enrolled already (${identityPath(stateDir)}): remove that file to enrol it anew`,
    );
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  // Before the token is spent: the state with its reserve. On a disk that takes no more, nothing is lost.
  const db = openState(statePath(stateDir));
  try {
    keepReserve(db);
  } finally {
    db.close();
  }
  writePrivate(rootPath(stateDir), bundle.root);
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const answer = await post(bundle, {
    token: bundle.token,
    publicKey,
    proof: sign(null, enrolmentProof(bundle.token, publicKey), privateKey).toString('base64'),
    hostname: hostname(),
    platform: thisPlatform(),
    arch: arch(),
  });
  const identity: Identity = {
    ...answer,
    controller: bundle.controller,
    ca: bundle.ca,
    privateKey,
    thumbprint: keyIdOf(privateKey),
  };
  // Last: an endpoint with an identity is enrolled.
  writeIdentity(stateDir, identity);
  return identity;
}

function post(bundle: EnrolmentBundle, body: EnrolmentRequest): Promise<EnrolmentResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `https://${bundle.controller}/enrol`,
      {
        method: 'POST',
        ca: bundle.ca,
        minVersion: 'TLSv1.3',
        headers: { 'content-type': 'application/json' },
        timeout: 30_000,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
            if (response.statusCode === 200) return resolve(EnrolmentResponse.parse(value));
            const { code, message } = ApiError.parse(value);
            reject(new EnrolmentRefused(code, message));
          } catch (cause) {
            reject(
              new Error(
                `${bundle.controller} does not answer like a Millwright controller (status ${response.statusCode})`,
                { cause },
              ),
            );
          }
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 seconds')));
    outgoing.on('error', (cause) =>
      reject(new Error(`cannot reach the controller at ${bundle.controller}: ${cause.message}`, { cause })),
    );
    outgoing.end(JSON.stringify(body));
  });
}
