import { AuthError, type AuthProblem } from '../auth/index.ts';
import { CatalogueError, type CatalogueProblem } from '../catalogue/index.ts';
import { ConfigurationError, type ConfigurationProblem } from '../configuration/index.ts';
import { EngineError } from '../engine/index.ts';
import { StandingError } from '../identity/standing.ts';
import { BackupError } from '../installation/backup.ts';
import { AlreadyServing } from '../installation/controller-lock.ts';
import { PolicyError } from '../policy/index.ts';
import { StoreError } from '../store/index.ts';
import { CliError } from './cli-error.ts';

/** What the program answers to the shell; documented in docs/cli.md. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notFound: 3, refused: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const auth: Readonly<Record<AuthProblem, ExitCode>> = {
  'sign-in-failed': exitCodes.failed,
  'name-invalid': exitCodes.usage,
  'password-weak': exitCodes.usage,
  'user-exists': exitCodes.refused,
  'user-unknown': exitCodes.notFound,
  'last-owner': exitCodes.refused,
  'token-unknown': exitCodes.notFound,
};

const catalogue: Readonly<Partial<Record<CatalogueProblem, ExitCode>>> = {
  'not-initialised': exitCodes.notFound,
  'key-missing': exitCodes.notFound,
  'offline-folder-unusable': exitCodes.notFound,
  'namespace-unknown': exitCodes.notFound,
  'threshold-impossible': exitCodes.usage,
  'lifetime-impossible': exitCodes.usage,
  'namespace-malformed': exitCodes.usage,
  'technician-malformed': exitCodes.usage,
  'key-unusable': exitCodes.usage,
  'already-initialised': exitCodes.refused,
  'init-unfinished': exitCodes.refused,
  'offline-folder-exists': exitCodes.refused,
  'offline-folder-inside-data': exitCodes.refused,
  'key-exposed': exitCodes.refused,
  'key-twice': exitCodes.refused,
  'key-known': exitCodes.refused,
  'key-unknown': exitCodes.notFound,
  'plan-empty': exitCodes.refused,
  'nothing-pending': exitCodes.notFound,
  'runbook-unknown': exitCodes.notFound,
  'ceremony-file-unusable': exitCodes.notFound,
  'runbook-rejected': exitCodes.refused,
  'runbook-twice': exitCodes.refused,
  'version-not-raised': exitCodes.refused,
  'staged-differs': exitCodes.refused,
  'technician-known': exitCodes.refused,
  'catalogue-rolled-back': exitCodes.refused,
  'publishing-elsewhere': exitCodes.refused,
};

const configuration: Readonly<Record<ConfigurationProblem, ExitCode>> = {
  'configuration-missing': exitCodes.notFound,
  'configuration-invalid': exitCodes.usage,
  'door-unusable': exitCodes.failed,
};

const cli = {
  usage: exitCodes.usage,
  'not-found': exitCodes.notFound,
  refused: exitCodes.refused,
  failed: exitCodes.failed,
};

/** An error as the shell and a person get it; `foreseen` is false where it is a fault of Millwright's own. */
export interface CliFailure {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly foreseen: boolean;
}

export function failureOf(error: unknown): CliFailure {
  const foreseen = (
    exitCode: ExitCode,
    { code, message }: { code: string; message: string },
  ): CliFailure => ({
    exitCode,
    code,
    message,
    foreseen: true,
  });
  if (error instanceof CliError) return foreseen(cli[error.code], error);
  if (error instanceof AuthError) return foreseen(auth[error.code], error);
  if (error instanceof CatalogueError) return foreseen(catalogue[error.code] ?? exitCodes.failed, error);
  if (error instanceof EngineError)
    return foreseen(error.code === 'not-found' ? exitCodes.notFound : exitCodes.refused, error);
  if (error instanceof ConfigurationError) return foreseen(configuration[error.code], error);
  if (error instanceof StandingError)
    return foreseen(error.code === 'endpoint-unknown' ? exitCodes.notFound : exitCodes.refused, error);
  if (error instanceof PolicyError)
    return foreseen(error.code === 'override-invalid' ? exitCodes.usage : exitCodes.notFound, error);
  if (error instanceof AlreadyServing) return foreseen(exitCodes.refused, error);
  if (error instanceof BackupError)
    return foreseen(error.code === 'backup-exists' ? exitCodes.refused : exitCodes.failed, error);
  if (error instanceof StoreError) return foreseen(exitCodes.failed, error);
  return {
    exitCode: exitCodes.failed,
    code: 'unexpected',
    message: error instanceof Error ? error.message : String(error),
    foreseen: false,
  };
}
