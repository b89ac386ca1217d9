import type { ApiError } from '@millwright/shared/api';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AuthError, type AuthProblem } from '../auth/index.ts';
import { EngineError, type EngineProblem } from '../engine/index.ts';
import { StandingError, type StandingProblem } from '../identity/index.ts';
import { ApiProblem } from './api-problem.ts';

const engineStatus: Readonly<Record<EngineProblem, number>> = {
  'not-found': 404,
  'wrong-state': 409,
  'not-allowed': 403,
  'needs-signature': 409,
  'draft-missing': 409,
  'draft-expired': 409,
  'draft-differs': 409,
  'signature-invalid': 403,
  'signature-out-of-scope': 403,
  'signed-already': 409,
  'endpoint-offline': 409,
};
const authStatus: Readonly<Record<AuthProblem, number>> = {
  'sign-in-failed': 401,
  'name-invalid': 400,
  'password-weak': 400,
  'user-exists': 409,
  'user-unknown': 404,
  'last-owner': 409,
  'token-unknown': 404,
};
const standingStatus: Readonly<Record<StandingProblem, number>> = {
  'endpoint-unknown': 404,
  'endpoint-not-waiting': 409,
  'endpoint-revoked': 409,
};
/** What Fastify itself refuses, in words for whoever wrote the request. */
const fastifyProblems: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'too-large',
    message: 'the request is larger than 64 KiB; send less at once',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'not-json',
    message: 'the request is not JSON; send it with content-type: application/json',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'not-json',
    message: 'the request says that it is JSON, and it cannot be parsed',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'not-json',
    message: 'the request says that it is JSON, and it is empty',
  },
};

export interface Failure {
  readonly status: number;
  readonly answer: ApiError;
  /** Nobody foresaw it: it belongs in the log. */
  readonly unforeseen: boolean;
}

function invalid(error: unknown): ApiError | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  const place = {
    body: 'the request',
    querystring: 'the query',
    params: 'the address',
    headers: 'the headers',
  };
  const where =
    error.validationContext === undefined
      ? 'the request'
      : (place[error.validationContext as keyof typeof place] ?? 'the request');
  const sentences = error.validation.map(({ instancePath, message }) => {
    const field = instancePath.replace(/^\//, '').replaceAll('/', '.');
    return `${field === '' ? where : `${field} in ${where}`}: ${message ?? 'is not valid'}`;
  });
  return { code: 'invalid', message: sentences.join('; ') };
}

const known = (status: number, answer: ApiError): Failure => ({ status, answer, unforeseen: false });

/** What an error becomes on the wire. Only what was foreseen is told. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiProblem) return known(error.status, { code: error.code, message: error.message });
  if (error instanceof EngineError)
    return known(engineStatus[error.code], { code: error.code, message: error.message });
  if (error instanceof StandingError)
    return known(standingStatus[error.code], { code: error.code, message: error.message });
  if (error instanceof AuthError)
    return known(authStatus[error.code], { code: error.code, message: error.message });
  const broken = invalid(error);
  if (broken !== undefined) return known(400, broken);
  const { code, statusCode } = error as Partial<FastifyError>;
  const problem = fastifyProblems[code ?? ''];
  if (problem !== undefined && statusCode !== undefined) return known(statusCode, problem);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return known(statusCode, {
      code: 'invalid',
      message: 'the request cannot be understood; see /openapi.json for what is expected',
    });
  return {
    status: 500,
    answer: { code: 'internal', message: 'the controller failed to answer; its log says why' },
    unforeseen: true,
  };
}
