import 'reflect-metadata';
import { createPrivateKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const day = 86_400_000;
const caDays = 3650;
const serverDays = 397;
/** An endpoint's certificate; the agent renews it when a third is left. */
const endpointDays = 30;
const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate and its private key, in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** An endpoint's new certificate. */
export interface Issued {
  readonly certificate: string;
  readonly serial: string;
  readonly notAfter: number;
}

/** 20 random octets, positive: unguessable and unique. */
function serialNumber(): string {
  const bytes = randomBytes(20);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function exportKey(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

/** The controller's certificate authority: it names endpoints and the controller's two doors, and nothing else. */
export class Authority {
  readonly #clock: Clock;
  readonly #key: webcrypto.CryptoKey;
  readonly #certificate: x509.X509Certificate;
  /** The CA's certificate, in PEM. */
  readonly pem: string;

  private constructor(clock: Clock, key: webcrypto.CryptoKey, pem: string) {
    this.#clock = clock;
    this.#key = key;
    this.#certificate = new x509.X509Certificate(pem);
    this.pem = pem;
  }

  /** Makes a new CA in `dir` (`ca.pem`, `ca.key`, readable by the owner alone). */
  static async create(dir: string, clock: Clock): Promise<Authority> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const keys = await webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      name: `CN=Millwright ${randomBytes(4).toString('hex')}`,
      notBefore: new Date(clock.now() - day),
      notAfter: new Date(clock.now() + caDays * day),
      signingAlgorithm: p256,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    writeFileSync(join(dir, 'ca.key'), await exportKey(keys), { mode: 0o600, flag: 'wx' });
    writeFileSync(join(dir, 'ca.pem'), certificate.toString('pem'), { flag: 'wx' });
    return new Authority(clock, keys.privateKey, certificate.toString('pem'));
  }

  /** @throws Error when the files are missing or do not hold a key. */
  static async open(dir: string, clock: Clock): Promise<Authority> {
    const der = createPrivateKey(readFileSync(join(dir, 'ca.key'))).export({ type: 'pkcs8', format: 'der' });
    const key = await webcrypto.subtle.importKey('pkcs8', der, p256, false, ['sign']);
    return new Authority(clock, key, readFileSync(join(dir, 'ca.pem'), 'utf8'));
  }

  static exists(dir: string): boolean {
    return existsSync(join(dir, 'ca.pem'));
  }

  /** A certificate for one of the controller's doors, valid for these DNS names and addresses. */
  async issueServer(names: readonly string[]): Promise<KeyPair & { notAfter: number }> {
    const keys = await webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
    const notAfter = this.#clock.now() + serverDays * day;
    const certificate = await this.#issue(`CN=${names[0] ?? 'millwright'}`, keys.publicKey, notAfter, [
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ]);
    // PEM blocks end with a line end, or the next one does not begin.
    return {
      certificate: `${certificate.toString('pem')}\n${this.pem}\n`,
      key: await exportKey(keys),
      notAfter,
    };
  }

  /** A client certificate for an endpoint's Ed25519 key. */
  async issueEndpoint(endpoint: string, publicKey: KeyObject): Promise<Issued> {
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const key = await webcrypto.subtle.importKey('spki', spki, 'Ed25519', true, ['verify']);
    const notAfter = this.#clock.now() + endpointDays * day;
    const certificate = await this.#issue(`CN=${endpoint}`, key, notAfter, [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ]);
    return { certificate: certificate.toString('pem'), serial: certificate.serialNumber, notAfter };
  }

  async #issue(
    subject: string,
    publicKey: webcrypto.CryptoKey,
    notAfter: number,
    extensions: x509.Extension[],
  ): Promise<x509.X509Certificate> {
    return x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject,
      issuer: this.#certificate.subject,
      // Endpoints' clocks may lag behind a little.
      notBefore: new Date(this.#clock.now() - day),
      notAfter: new Date(notAfter),
      signingAlgorithm: p256,
      publicKey,
      signingKey: this.#key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
        ...extensions,
      ],
    });
  }
}
