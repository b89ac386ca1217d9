import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from './configuration-error.ts';
import { LocalPolicy } from './local-policy.ts';

const Name = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, 'must be a short name in [a-zA-Z0-9._-]');

/** A daemon to watch where no service manager does: found by its pidfile, or by its command line. */
export const DeclaredProcess = z
  .strictObject({
    name: Name,
    /** File that holds its process id. */
    pidFile: z.string().min(1).refine(isAbsolute, 'must be a full path').optional(),
    /** Text that its command line contains; the one process that matches is it. */
    matches: z.string().min(3).optional(),
    /** How it is started: program and arguments, never a shell line. */
    command: z.array(z.string().max(4096)).min(1).max(64),
    intervalMs: z.number().int().min(10).max(60_000).default(100),
  })
  .refine((process) => (process.pidFile === undefined) !== (process.matches === undefined), {
    message: 'needs one of pidFile and matches',
  });
export type DeclaredProcess = z.infer<typeof DeclaredProcess>;

/** A folder with a limit, and the rule by which it may be cleaned. */
export const DeclaredFolder = z.strictObject({
  /** It names a collector too, as `folder:` and itself. */
  path: z.string().min(2).max(500).refine(isAbsolute, 'must be a full path'),
  limitBytes: z.number().int().min(1),
  /** File name patterns that may be deleted; nothing else is touched. */
  clean: z
    .array(z.string().regex(/^[A-Za-z0-9*?._-]{1,64}$/))
    .min(1)
    .max(16),
  /** Files younger than this stay. */
  keepMinutes: z.number().int().min(0).max(525_600).default(1440),
  intervalMs: z.number().int().min(100).max(3_600_000).default(30_000),
});
export type DeclaredFolder = z.infer<typeof DeclaredFolder>;

export const DeclaredProbe = z.discriminatedUnion('probe', [
  z.strictObject({
    probe: z.literal('tcp'),
    name: Name,
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535),
  }),
  z.strictObject({
    probe: z.literal('http'),
    name: Name,
    url: z.url(),
    status: z.number().int().min(100).max(599).default(200),
  }),
]);
export type DeclaredProbe = z.infer<typeof DeclaredProbe>;

/** Readings are told apart by it: two of one name would overwrite each other. */
const distinct = <K extends string>(
  field: K,
): [(items: readonly Readonly<Record<K, string>>[]) => boolean, { message: string }] => [
  (items) => new Set(items.map((item) => item[field])).size === items.length,
  { message: `every ${field} must be another` },
];

/** The agent's configuration file. Every interval in milliseconds. */
export const Configuration = z.strictObject({
  /** Folder for the agent's state, readable by the service alone. */
  stateDir: z.string().min(1),
  processes: z
    .array(DeclaredProcess)
    .max(200)
    .refine(...distinct('name'))
    .default([]),
  folders: z
    .array(DeclaredFolder)
    .max(200)
    .refine(...distinct('path'))
    .default([]),
  probes: z
    .array(DeclaredProbe)
    .max(200)
    .refine(...distinct('name'))
    .refine((probes) => !probes.some(({ name }) => name === 'gateway' || name === 'dns'), {
      message: "'gateway' and 'dns' are the agent's own probes; choose another name",
    })
    .default([]),
  collect: z
    .strictObject({
      filesystemMs: z.number().int().min(100).max(3_600_000).default(15_000),
      servicesMs: z.number().int().min(100).max(3_600_000).default(60_000),
      /** Whether the gateway and name resolution are probed; declared probes always are. */
      connectivity: z.boolean().default(true),
      connectivityMs: z.number().int().min(100).max(3_600_000).default(30_000),
      hostMs: z.number().int().min(100).max(3_600_000).default(30_000),
      inventoryMs: z.number().int().min(1000).max(86_400_000).default(21_600_000),
    })
    .prefault({}),
  policy: LocalPolicy.prefault({}),
});
export type Configuration = z.infer<typeof Configuration>;

/** @throws ConfigurationError that names the file, the field and what is wrong with it. */
export function readConfiguration(file: string): Configuration {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(
      `cannot read the configuration ${file}: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${file} is not JSON: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  const parsed = Configuration.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
  throw new ConfigurationError(`${file}: ${problems.join('; ')}`);
}
