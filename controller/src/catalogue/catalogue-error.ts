/** Everything that can be wrong with the catalogue on disk or with a ceremony. */
export type CatalogueProblem =
  | 'not-initialised'
  | 'already-initialised'
  | 'init-unfinished'
  | 'offline-folder-exists'
  | 'offline-folder-inside-data'
  | 'offline-folder-unusable'
  | 'threshold-impossible'
  | 'lifetime-impossible'
  | 'namespace-malformed'
  | 'namespace-known'
  | 'namespace-unknown'
  | 'namespace-full'
  | 'key-missing'
  | 'key-exposed'
  | 'key-unusable'
  | 'key-id-wrong'
  | 'key-twice'
  | 'key-known'
  | 'key-unknown'
  | 'plan-empty'
  | 'runbook-unknown'
  | 'nothing-pending'
  | 'ceremony-file-unusable'
  | 'metadata-missing'
  | 'metadata-malformed'
  | 'metadata-unsigned'
  | 'metadata-mixed'
  | 'delegation-malformed'
  | 'target-missing'
  | 'target-altered'
  | 'target-malformed'
  | 'catalogue-rolled-back'
  | 'file-too-large'
  | 'runbook-rejected'
  | 'runbook-twice'
  | 'version-not-raised'
  | 'staged-differs'
  | 'technician-known'
  | 'technician-malformed'
  | 'publishing-elsewhere';

/** The catalogue refused; the message says what, where, and what to do next. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly code: CatalogueProblem;
  constructor(code: CatalogueProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
