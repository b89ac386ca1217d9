import { conditions } from '@millwright/shared/conditions';
import { ConditionPolicy } from '@millwright/shared/protocol';
import { z } from 'zod';
import type { AuditLog } from '../audit/index.ts';
import type { Reader, Store } from '../store/index.ts';

/** Overrides of one scope, by condition. */
export const Overrides = z.record(z.string(), ConditionPolicy);
export type Overrides = z.infer<typeof Overrides>;

/** Where a policy holds: everywhere, or for a client, a site or an endpoint, by id. */
export type PolicyScope =
  | { readonly scope: 'all' }
  | { readonly scope: 'client' | 'site' | 'endpoint'; readonly id: string };

export type PolicyProblem = 'condition-unknown' | 'override-invalid' | 'scope-unknown';

/** A policy cannot be set; the message says which word of it is wrong. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code: PolicyProblem;
  constructor(code: PolicyProblem, message: string) {
    super(message);
    this.code = code;
  }
}

const tables = { client: 'clients', site: 'sites', endpoint: 'endpoints' } as const;

const scopeId = (scope: PolicyScope): string => (scope.scope === 'all' ? '' : scope.id);

/** Overrides that are set for exactly this scope, and how often they changed. */
export async function overridesOf(
  db: Reader,
  scope: PolicyScope,
): Promise<{ overrides: Overrides; version: number }> {
  const row = await db
    .selectFrom('policies')
    .select(['policy', 'version'])
    .where('scope', '=', scope.scope)
    .where('scopeId', '=', scopeId(scope))
    .executeTakeFirst();
  return row === undefined
    ? { overrides: {}, version: 0 }
    : { overrides: Overrides.parse(JSON.parse(row.policy)), version: row.version };
}

/**
 * Sets one condition's rule for a scope, in place of what stood there; null takes it back. Endpoints hear of it within a
 * second. Held against the condition itself here, so that no endpoint gets a rule that it cannot use.
 * @throws PolicyError
 */
export async function setConditionPolicy(
  { store, audit }: { store: Store; audit: AuditLog },
  order: { scope: PolicyScope; condition: string; override: ConditionPolicy | null; by: string },
): Promise<void> {
  const { scope, condition: id, override, by } = order;
  const condition = conditions.find((known) => known.id === id);
  if (condition === undefined)
    throw new PolicyError(
      'condition-unknown',
      `there is no condition ${id} that endpoints judge; there are ${conditions.map((known) => known.id).join(', ')}`,
    );
  try {
    condition.bind(override ?? undefined);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    throw new PolicyError(
      'override-invalid',
      [`${id}:`, issue?.path.join('.'), issue?.message ?? 'is not valid'].filter(Boolean).join(' '),
    );
  }
  await store.write(async (tx) => {
    if (scope.scope !== 'all') {
      const known = await tx
        .selectFrom(tables[scope.scope])
        .select('id')
        .where('id', '=', scope.id)
        .executeTakeFirst();
      if (known === undefined)
        throw new PolicyError('scope-unknown', `there is no ${scope.scope} ${scope.id}`);
    }
    const { overrides, version } = await overridesOf(tx, scope);
    const { [id]: _, ...others } = overrides;
    const policy = JSON.stringify(override === null ? others : { ...others, [id]: override });
    await tx
      .insertInto('policies')
      .values({ scope: scope.scope, scopeId: scopeId(scope), policy, version: version + 1 })
      .onConflict((conflict) =>
        conflict.columns(['scope', 'scopeId']).doUpdateSet({ policy, version: version + 1 }),
      )
      .execute();
    await audit.append(tx, {
      actor: by,
      action: 'policy-set',
      subject: id,
      detail: { ...scope, override },
    });
  });
}
