import type { Clock } from '@millwright/shared/clock';
import { type Configuration, ConfigurationError, readConfiguration } from '../configuration/index.ts';
import { dashboard } from './checks/dashboard.ts';
import { dataFolder, freeSpace } from './checks/data-folder.ts';
import { auditLog, clockSane, database, waitingEndpoints } from './checks/database.ts';
import { doors } from './checks/doors.ts';
import { catalogueExpiry, certificates } from './checks/expiries.ts';
import { offlineKeys, onlineKeys } from './checks/keys.ts';
import { type Check, type Finding, failed } from './finding.ts';

/** Every check, in the order in which an operator would look. Those after `database` need it whole. */
const beforeDatabase: readonly Check[] = [
  dataFolder,
  freeSpace,
  onlineKeys,
  offlineKeys,
  catalogueExpiry,
  certificates,
  doors,
  dashboard,
  database,
];
const inDatabase: readonly Check[] = [auditLog, clockSane, waitingEndpoints];

/**
 * Looks at an installation and changes nothing.
 * @throws ConfigurationError `configuration-missing` where the folder is none of Millwright's
 */
export async function examine(dataDir: string, clock: Clock): Promise<readonly Finding[]> {
  let configuration: Configuration;
  try {
    configuration = readConfiguration(dataDir);
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.code === 'configuration-missing') throw error;
    return [
      {
        check: 'configuration',
        ...failed(error.message, 'mend config.json, then run millwright doctor again'),
      },
    ];
  }
  const findings: Finding[] = [
    { check: 'configuration', verdict: 'ok', message: 'config.json is valid', remedy: null },
  ];
  const run = async (check: Check): Promise<boolean> => {
    let found: readonly Omit<Finding, 'check'>[];
    try {
      found = await check.examine({ dataDir, clock, configuration });
    } catch (error) {
      // A check that cannot be made is a finding: the others still tell what they see.
      found = [
        failed(
          `it could not be looked at: ${error instanceof Error ? error.message : String(error)}`,
          'mend what stands above first, then run millwright doctor again',
        ),
      ];
    }
    findings.push(...found.map((finding) => ({ check: check.name, ...finding })));
    return found.every(({ verdict }) => verdict === 'ok');
  };
  let whole = true;
  for (const check of beforeDatabase) whole = (await run(check)) || check !== database;
  if (whole) for (const check of inDatabase) await run(check);
  return findings;
}
