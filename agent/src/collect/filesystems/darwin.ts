import type { CommandRunner } from '../command.ts';
import { type FilesystemPorts, systemFigures } from './filesystem-collector.ts';
import type { Mount } from './mountinfo.ts';

const pseudo = new Set(['autofs', 'devfs', 'fdesc', 'lifs', 'nullfs']);
const network = new Set(['afpfs', 'ftp', 'nfs', 'smbfs', 'webdav']);

/**
 * The real filesystems in the output of `/sbin/mount`: `/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)`.
 * Of the system's own APFS volumes, which share one pool, the data volume alone counts: the sealed system volume is read-only by
 * design, and the others are the system's business.
 */
export function parseDarwinMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(.+?) on (.+) \(([^()]+)\)$/.exec(line.trim());
    if (match === null) return [];
    const [, device = '', mount = '', list = ''] = match;
    const [type = '', ...options] = list.split(', ');
    if (pseudo.has(type) || options.includes('sealed')) return [];
    if (mount.startsWith('/System/Volumes/') && mount !== '/System/Volumes/Data') return [];
    if (/^\/private\/var\/run\/|^\/Volumes\/\.timemachine\//.test(mount)) return [];
    const readOnly = options.includes('read-only');
    const remote = network.has(type) || !options.includes('local');
    return [{ mount, device, type, readOnly, mountedReadOnly: readOnly, remote }];
  });
}

export const darwinFilesystems = (run: CommandRunner): FilesystemPorts => ({
  mounts: async () => parseDarwinMounts(await run('/sbin/mount', [])),
  figures: systemFigures,
});
