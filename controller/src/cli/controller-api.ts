import { readFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { ApiError } from '@millwright/shared/api';
import type { z } from 'zod';
import { CliError, type CliProblem } from './cli-error.ts';
import { printable } from './printable.ts';

/** The most that is read of an answer, in bytes: more than the largest runbook. */
const maxAnswerBytes = 16 * 1024 * 1024;
const timeoutMs = 30_000;

/** A controller's door for people, and the token that opens it. */
export interface ControllerDoor {
  readonly url: URL;
  readonly token: string;
  /** The CA that vouches for the controller, in PEM; the system's own where there is none. */
  readonly ca: string | undefined;
}

interface DoorOptions {
  readonly url: string;
  readonly ca?: string;
  readonly tokenFile?: string;
}

/** Reads a file that a flag names. @throws CliError `not-found` */
export function readNamed(what: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(
      'not-found',
      `cannot read ${what} ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** The door that flags and the environment name. The token is never an argument. @throws CliError */
export function doorOf({ url, ca, tokenFile }: DoorOptions, environment: NodeJS.ProcessEnv): ControllerDoor {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '')
    throw new CliError('usage', `${url} is not the address of a controller; give it as https://HOST:8443`);
  const token = (
    tokenFile === undefined ? (environment.MILLWRIGHT_TOKEN ?? '') : readNamed('the token file', tokenFile)
  ).trim();
  if (!/^[A-Za-z0-9_-]{20,128}$/.test(token))
    throw new CliError(
      'usage',
      'there is no API token: set MILLWRIGHT_TOKEN, or give --token-file FILE (`millwright api-token create` makes one)',
    );
  return { url: parsed, token, ca: ca === undefined ? undefined : readNamed('the CA', ca) };
}

/**
 * Posts to the controller's API.
 * @throws CliError: with the controller's own words where it refuses
 */
export async function post<T extends z.ZodType>(
  door: ControllerDoor,
  path: string,
  answer: T,
  body?: object,
): Promise<z.infer<T>> {
  const { status, text } = await exchange(door, path, body);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw strange(door, `it answered ${status} with no JSON`, cause);
  }
  if (status >= 400) {
    const refused = ApiError.safeParse(parsed);
    throw new CliError(
      problemOf(status),
      refused.success ? printable(refused.data.message) : `${door.url.host} answered ${status}`,
    );
  }
  const read = answer.safeParse(parsed);
  if (!read.success) throw strange(door, 'its answer is malformed', read.error);
  return read.data;
}

function problemOf(status: number): CliProblem {
  if (status === 404) return 'not-found';
  return status < 500 ? 'refused' : 'failed';
}

function strange({ url }: ControllerDoor, why: string, cause?: unknown): CliError {
  return new CliError('failed', `${url.host} does not speak Millwright's API: ${why}; check --url`, {
    cause,
  });
}

function exchange(
  { url, token, ca }: ControllerDoor,
  path: string,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    timeout: timeoutMs,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(ca === undefined ? {} : { ca }),
  };
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(
        new CliError(
          'failed',
          `cannot reach the controller at ${url.host}: ${cause.message}; check --url, and --ca FILE where its certificate is its own CA's`,
          { cause },
        ),
      );
    const outgoing = request(new URL(path, url), options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) outgoing.destroy(new Error('its answer is too large'));
        else chunks.push(chunk);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', fail);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} seconds`)));
    outgoing.on('error', fail);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
