import type { Alert } from '@millwright/shared/api';
import { IconCircleDashed } from '@tabler/icons-react';
import { Gauge } from '../parts/gauge.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Section } from '../parts/section.tsx';
import { counted, percentOf, sizeInWords } from '../words/size.ts';
import { type Reading, type ReadingOf, readingsOf, worstAbout } from './readings.ts';

const diskConditions = ['disk-filling', 'disk-critical', 'inodes-low', 'filesystem-read-only'];
const folderConditions = ['folder-over-limit'];

/** Filesystems, fullest first, and the folders that have a limit. */
export function StorageSection({
  readings,
  alerts,
}: {
  readings: readonly Reading[];
  alerts: readonly Alert[];
}) {
  const used = (disk: ReadingOf<'filesystem'>): number =>
    percentOf(disk.totalBytes - disk.freeBytes, disk.totalBytes);
  const disks = readingsOf(readings, 'filesystem').sort((one, other) => used(other) - used(one));
  const folders = readingsOf(readings, 'folder');
  return (
    <Section title="Storage">
      {disks.length + folders.length === 0 && <Nothing icon={IconCircleDashed}>No reading yet.</Nothing>}
      {disks.map((disk) => (
        <Gauge
          key={disk.mount}
          name={disk.mount}
          percent={used(disk)}
          words={`${sizeInWords(disk.freeBytes)} left of ${sizeInWords(disk.totalBytes)}`}
          tone={worstAbout(alerts, disk.mount, diskConditions)}
          note={diskNote(disk)}
        />
      ))}
      {folders.map((folder) => (
        <Gauge
          key={folder.path}
          name={folder.path}
          percent={percentOf(folder.bytes, folder.limitBytes)}
          words={`${sizeInWords(folder.bytes)} of its limit of ${sizeInWords(folder.limitBytes)}`}
          tone={worstAbout(alerts, folder.path, folderConditions)}
          note={`Folder, ${counted(folder.files, 'file')}`}
        />
      ))}
    </Section>
  );
}

function diskNote(disk: ReadingOf<'filesystem'>): string {
  const parts = [disk.type, disk.device];
  if (disk.readOnly) parts.push('read-only');
  if (disk.inodesTotal > 0)
    parts.push(`${Math.round(percentOf(disk.inodesFree, disk.inodesTotal))}% of inodes free`);
  return parts.filter((part) => part !== '').join(', ');
}
