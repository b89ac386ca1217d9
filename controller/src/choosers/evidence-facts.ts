import type { Reading } from '@millwright/shared/readings';
import type { EvidenceFact } from './chooser.ts';

/** The facts in the readings that raised an alert. The endpoint holds them against its own readings again. */
export function factsIn(readings: readonly Reading[]): EvidenceFact[] {
  return readings.flatMap((reading): EvidenceFact[] => {
    switch (reading.kind) {
      case 'service':
        return reading.state === 'running' ? [] : [{ kind: 'stopped-service', value: reading.name }];
      case 'process':
        return reading.state === 'running' ? [] : [{ kind: 'stopped-process', value: reading.name }];
      case 'filesystem':
        return [{ kind: 'filling-filesystem', value: reading.mount }];
      case 'folder':
        return [{ kind: 'folder-over-limit', value: reading.path }];
      case 'probe':
        return reading.probe === 'dns' && !reading.ok
          ? [{ kind: 'failing-name-resolution', value: reading.name }]
          : [];
      case 'link':
      case 'host':
      case 'inventory':
      case 'collector':
        return [];
    }
  });
}
