import type { ApiError } from '@millwright/shared/api';
import { ApiFailure } from './failure.ts';

export const API_ROOT = '/api/v1';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** A path under the API with the parts of a query that are set. */
export function pathWith(path: string, query: Query): string {
  const set = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}

function isApiError(body: unknown): body is ApiError {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'message' in body &&
    typeof body.message === 'string'
  );
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiFailure(
      'unreadable',
      `The controller answered ${response.status} with something that is not JSON. Is a proxy in between?`,
      response.status,
      { cause },
    );
  }
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${API_ROOT}${path}`, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiFailure('offline', 'The controller does not answer. Check the network, then try again.', 0, {
      cause,
    });
  }
  const body = await readBody(response);
  if (response.ok) return body;
  if (isApiError(body)) throw new ApiFailure(body.code, body.message, response.status);
  throw new ApiFailure(
    'unreadable',
    `The controller answered ${response.status} without saying why.`,
    response.status,
  );
}

/**
 * Reads a resource. The page and the API are one release from one origin, so the answer's shape is taken at its word.
 * @throws ApiFailure
 */
export async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  return (await ask(path, { signal })) as T;
}

/**
 * Asks for a change.
 * @throws ApiFailure
 */
export async function change(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
  await ask(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}
