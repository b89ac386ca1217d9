import { z } from 'zod';

/** Target paths and ids: lower case, a literal alphabet, no empty or dotted segment. */
export const RunbookId = z
  .string()
  .max(120)
  .regex(
    /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*){2}$/,
    'must be <platform>/<category>/<name> in [a-z0-9_-]',
  );

const Name = z.string().regex(/^[a-z][a-zA-Z0-9]{0,31}$/, 'must be a short camelCase name');
const FileName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be a plain file name in [a-z0-9._-]');

export const Platform = z.enum(['linux', 'darwin', 'win32']);
export type Platform = z.infer<typeof Platform>;

/**
 * The facts that a parameter may have to equal. The agent checks against its own readings at the moment of the run:
 * a stopped service it sees, a declared process that is down, a filesystem that a condition stands raised on, a
 * declared folder over its limit, names that no longer resolve (the agent's own probe, whatever others are declared).
 */
export const FactKind = z.enum([
  'stopped-service',
  'stopped-process',
  'filling-filesystem',
  'folder-over-limit',
  'failing-name-resolution',
]);
export type FactKind = z.infer<typeof FactKind>;

/** A parameter is an observed fact, an integer within signed bounds, or one of a signed list. There is no free text. */
export const Parameter = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('fact'), fact: FactKind, description: z.string().max(200) }),
  z.strictObject({
    type: z.literal('integer'),
    minimum: z.number().int(),
    maximum: z.number().int(),
    default: z.number().int(),
    description: z.string().max(200),
  }),
  z.strictObject({
    type: z.literal('choice'),
    choices: z.array(z.string().min(1).max(64)).min(1).max(32),
    default: z.string(),
    description: z.string().max(200),
  }),
]);
export type Parameter = z.infer<typeof Parameter>;

/**
 * One script. `arguments` names parameters, in order; each becomes one argument after `--`. A fact may carry more than
 * its value (a declared process carries its command): `process.command` appends those.
 */
export const Step = z.strictObject({
  interpreter: z.enum(['sh', 'powershell']),
  file: FileName,
  arguments: z.array(z.string().regex(/^[a-z][a-zA-Z0-9]{0,31}(\.[a-z][a-zA-Z0-9]{0,31})?$/)).max(8),
  timeoutSeconds: z.number().int().min(1).max(3600),
});
export type Step = z.infer<typeof Step>;

/**
 * L0 reads only. L1 is bounded and repeatable, and may run alone: it starts what is meant to run, or deletes only what its
 * signed script selects and nobody will miss; what it deletes does not come back. L2 disrupts, or deletes what somebody may
 * miss, and needs technicians' signatures. L3 has no runbook.
 */
export const RunbookClass = z.enum(['L0', 'L1', 'L2']);
export type RunbookClass = z.infer<typeof RunbookClass>;

/** The signed description of a runbook: everything that bounds what it may do. */
export const Manifest = z
  .strictObject({
    schema: z.literal(1),
    id: RunbookId,
    version: z.number().int().min(1),
    title: z.string().min(3).max(80),
    summary: z.string().min(10).max(400),
    class: RunbookClass,
    /** Technicians' signatures that a warrant needs; 0 below L2, 1 or 2 at L2. */
    technicians: z.number().int().min(0).max(2),
    platforms: z.array(Platform).min(1),
    /** Conditions that this runbook remedies; empty for one that only reads. */
    conditions: z.array(z.string().max(64)).max(16),
    parameters: z.record(Name, Parameter),
    steps: z.strictObject({
      /** Read-only. Exit 0: go on; 10: nothing to do; anything else: must not run here. */
      check: Step.optional(),
      fix: Step,
      /** Exit 0: the fix holds. */
      verify: Step.optional(),
      rollback: Step.optional(),
    }),
    limits: z.strictObject({
      perHour: z.number().int().min(1).max(60),
      perDay: z.number().int().min(1).max(200),
      cooldownSeconds: z.number().int().min(0).max(86_400),
      outputBytes: z.number().int().min(256).max(262_144),
    }),
    /** How soon after the run the endpoint's own readings must show the condition cleared. */
    verifyWithinSeconds: z.number().int().min(1).max(3600),
    /** The script leaves a process running on purpose (it starts a daemon). All else is ended with the run. */
    detaches: z.boolean(),
  })
  .superRefine((manifest, context) => {
    const fail = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if (manifest.class === 'L2' ? manifest.technicians < 1 : manifest.technicians > 0) {
      fail(
        ['technicians'],
        `class ${manifest.class} takes ${manifest.class === 'L2' ? '1 or 2' : 'no'} technicians`,
      );
    }
    for (const [step, definition] of Object.entries(manifest.steps)) {
      for (const argument of definition?.arguments ?? []) {
        const [parameter, detail] = argument.split('.');
        const declared = parameter === undefined ? undefined : manifest.parameters[parameter];
        if (declared === undefined) fail(['steps', step, 'arguments'], `${argument} is not a parameter`);
        else if (detail !== undefined && declared.type !== 'fact')
          fail(['steps', step, 'arguments'], `${argument}: only a fact has details`);
      }
    }
    for (const [name, parameter] of Object.entries(manifest.parameters)) {
      if (
        parameter.type === 'integer' &&
        !(parameter.minimum <= parameter.default && parameter.default <= parameter.maximum)
      )
        fail(['parameters', name, 'default'], 'must lie between minimum and maximum');
      if (parameter.type === 'choice' && !parameter.choices.includes(parameter.default))
        fail(['parameters', name, 'default'], 'must be one of the choices');
    }
  });
export type Manifest = z.infer<typeof Manifest>;

/** The largest script, in bytes: it is handed to the interpreter as one argument. */
export const MAX_SCRIPT_BYTES = 65_536;

/** A runbook as one signed target: its manifest and its scripts' text. The agent runs these bytes and no others. */
export const Bundle = z
  .strictObject({
    manifest: Manifest,
    files: z.record(FileName, z.string().max(MAX_SCRIPT_BYTES)),
  })
  .superRefine((bundle, context) => {
    for (const [step, definition] of Object.entries(bundle.manifest.steps)) {
      if (definition !== undefined && !Object.hasOwn(bundle.files, definition.file))
        context.addIssue({
          code: 'custom',
          path: ['manifest', 'steps', step],
          message: `${definition.file} is missing`,
        });
    }
  });
export type Bundle = z.infer<typeof Bundle>;

/** The path of a runbook's target in the catalogue. */
export function targetPathOf(id: string): string {
  return `${id}.json`;
}
