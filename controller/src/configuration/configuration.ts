import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const Port = z.number().int().min(0).max(65_535);

/** A listening address. Port 0 lets the system choose. */
const Door = z.strictObject({ host: z.string().min(1), port: Port });

/** `config.json` in the data folder. */
export const Configuration = z.strictObject({
  /** Names and addresses under which agents and people reach this controller; its certificate carries them all. */
  names: z.array(z.string().min(1).max(253)).min(1).max(32),
  agents: Door,
  web: Door,
  /** New endpoints wait for an operator before they may connect. */
  requireApproval: z.boolean().default(false),
  /** A model beside the built-in chooser. Its key is read from the environment variable MILLWRIGHT_OPENAI_KEY, where one is needed. */
  openai: z
    .strictObject({
      baseUrl: z.url({ protocol: /^https?$/ }),
      model: z.string().min(1).max(128),
      timeoutSeconds: z.number().min(1).max(300).default(20),
      retries: z.number().int().min(0).max(5).default(1),
    })
    .optional(),
  /** How long is kept what nobody needs any more, in days. The audit log is kept for good. */
  retention: z
    .strictObject({
      /** Events that were applied. */
      eventsDays: z.number().int().min(1).max(3650).default(30),
      /** Closed tickets with their alerts, decisions and runs. */
      ticketsDays: z.number().int().min(30).max(36_500).default(1095),
    })
    .prefault({}),
  offline: z
    .strictObject({
      afterSeconds: z.number().int().min(5).max(86_400).default(180),
      startupGraceSeconds: z.number().int().min(0).max(3600).default(180),
      siteWindowSeconds: z.number().int().min(5).max(3600).default(120),
    })
    .prefault({}),
});
export type Configuration = z.infer<typeof Configuration>;

export type ConfigurationProblem = 'configuration-missing' | 'configuration-invalid' | 'door-unusable';

/** The controller's configuration is missing or wrong, or cannot be had here; the message says where and how to mend it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code: ConfigurationProblem;
  constructor(code: ConfigurationProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const configurationPath = (dataDir: string): string => join(dataDir, 'config.json');

/** @throws ConfigurationError */
export function readConfiguration(dataDir: string): Configuration {
  const file = configurationPath(dataDir);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(
      'configuration-missing',
      `${dataDir} is not a Millwright data folder (cannot read ${file}): run \`millwright init --data ${dataDir}\``,
      { cause },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(
      'configuration-invalid',
      `${file} is not JSON: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
  const parsed = Configuration.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
  throw new ConfigurationError('configuration-invalid', `${file}: ${problems.join('; ')}`);
}

/** Writes a new `config.json`: loopback and this host's name, ports 7443 for agents and 8443 for people, unless given. */
export function writeConfiguration(
  dataDir: string,
  given: Partial<z.input<typeof Configuration>> = {},
): Configuration {
  const configuration = Configuration.parse({
    names: ['localhost', '127.0.0.1', hostname()],
    agents: { host: '0.0.0.0', port: 7443 },
    web: { host: '127.0.0.1', port: 8443 },
    ...given,
  });
  writeFileSync(configurationPath(dataDir), `${JSON.stringify(configuration, null, 2)}\n`, {
    flag: 'wx',
    mode: 0o600,
  });
  return configuration;
}
