import { keyOf, type Reading } from '@millwright/shared/readings';
import type { Fact, FactKind, NamedFact } from '@millwright/shared/runbook';
import type { Configuration } from '../config/index.ts';

/** Conditions that make a filesystem a filling one. */
const filling = ['disk-filling', 'disk-critical', 'inodes-low'] as const;

/** Of what kind the readings are that show a fact, whose subject is its value. */
const shownBy: Readonly<Record<FactKind, Reading['kind']>> = {
  'stopped-service': 'service',
  'stopped-process': 'process',
  'filling-filesystem': 'filesystem',
  'folder-over-limit': 'folder',
  'failing-name-resolution': 'probe',
};

/** The key of the reading that shows a fact, where there is one. */
export function keyBehind({ kind, value }: NamedFact): string {
  return `${shownBy[kind]}:${value}`;
}

/** Whether a condition stands raised on the subject of a reading's key. */
export type IsRaised = (condition: string, readingKey: string) => boolean;

/**
 * What a warrant's parameters may be: facts of the endpoint's own readings and configuration, never of the controller's word.
 * `readings` are those that the last collection confirmed.
 */
export function factsOf(
  readings: readonly Reading[],
  configuration: Configuration,
  isRaised: IsRaised,
): Fact[] {
  return readings.flatMap((reading) => factOf(reading, configuration, isRaised) ?? []);
}

function factOf(reading: Reading, configuration: Configuration, isRaised: IsRaised): Fact | undefined {
  switch (reading.kind) {
    case 'service':
      return reading.wanted && (reading.state === 'stopped' || reading.state === 'failed')
        ? { kind: 'stopped-service', value: reading.name, details: {} }
        : undefined;
    case 'process': {
      const declared = configuration.processes.find((process) => process.name === reading.name);
      return declared !== undefined && reading.state === 'stopped'
        ? { kind: 'stopped-process', value: reading.name, details: { command: declared.command } }
        : undefined;
    }
    case 'filesystem':
      return filling.some((condition) => isRaised(condition, keyOf(reading)))
        ? { kind: 'filling-filesystem', value: reading.mount, details: {} }
        : undefined;
    case 'folder': {
      const declared = configuration.folders.find((folder) => folder.path === reading.path);
      const over = reading.bytes > reading.limitBytes || isRaised('folder-over-limit', keyOf(reading));
      return declared !== undefined && over
        ? {
            kind: 'folder-over-limit',
            value: reading.path,
            details: { patterns: declared.clean, keepMinutes: [String(declared.keepMinutes)] },
          }
        : undefined;
    }
    case 'probe':
      return reading.probe === 'dns' && !reading.ok
        ? { kind: 'failing-name-resolution', value: reading.name, details: {} }
        : undefined;
    case 'link':
    case 'host':
    case 'inventory':
    case 'collector':
      return undefined;
  }
}
