import { z } from 'zod';
import type { CommandRunner } from '../command.ts';
import { parseJson } from '../parse-json.ts';
import { type FilesystemPorts, systemFigures } from './filesystem-collector.ts';
import type { Mount } from './mountinfo.ts';

const LogicalDisks = z.array(
  z.object({
    DeviceID: z.string().regex(/^[A-Z]:$/),
    FileSystem: z.string().nullable(),
    VolumeName: z.string().nullable(),
  }),
);

/** Reads the fixed drives (`DriveType=3`) that PowerShell lists; one without a filesystem holds no medium. */
export function parseLogicalDisks(text: string): Mount[] {
  return parseJson(LogicalDisks, text, 'Get-CimInstance Win32_LogicalDisk').flatMap((disk) =>
    disk.FileSystem === null
      ? []
      : [
          {
            mount: `${disk.DeviceID}\\`,
            device: disk.VolumeName ?? '',
            type: disk.FileSystem,
            readOnly: false,
            mountedReadOnly: false,
            remote: false,
          },
        ],
  );
}

const list =
  "@(Get-CimInstance Win32_LogicalDisk -Filter 'DriveType=3' | Select-Object DeviceID,FileSystem,VolumeName) | ConvertTo-Json -Compress";
/** Starting PowerShell costs a tenth of a second of a core: drives are listed rarely, their figures read each time. */
const listEvery = 40;

export const windowsFilesystems = (run: CommandRunner): FilesystemPorts => {
  let known: Mount[] = [];
  let uses = 0;
  return {
    async mounts() {
      if (uses % listEvery === 0) known = parseLogicalDisks(await run.powershell(list));
      uses += 1;
      return known;
    },
    figures: systemFigures,
  };
};
