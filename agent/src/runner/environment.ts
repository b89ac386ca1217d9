import type { Platform } from '@millwright/shared/runbook';

/** The variable that marks what a step has started. */
export const MARKER = 'MILLWRIGHT_RUN';

/**
 * A script's whole environment, built from nothing: the agent's own must not reach it, or whoever sets LD_PRELOAD, ENV or
 * PATH for the service would choose what signed scripts do.
 */
export function environmentFor(platform: Platform, marker: string, systemRoot = ''): Record<string, string> {
  if (platform !== 'win32') {
    return {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LANG: 'C.UTF-8',
      HOME: '/',
      TMPDIR: '/tmp',
      [MARKER]: marker,
    };
  }
  const windows = windowsFolder(systemRoot);
  return {
    SystemRoot: windows,
    SystemDrive: windows.slice(0, 2),
    windir: windows,
    ComSpec: `${windows}\\System32\\cmd.exe`,
    PATH: `${windows}\\System32;${windows};${windows}\\System32\\Wbem;${windows}\\System32\\WindowsPowerShell\\v1.0`,
    PATHEXT: '.COM;.EXE;.BAT;.CMD',
    PSModulePath: `${windows}\\System32\\WindowsPowerShell\\v1.0\\Modules`,
    TEMP: `${windows}\\Temp`,
    TMP: `${windows}\\Temp`,
    [MARKER]: marker,
  };
}

/** The drive may differ; any other folder than Windows' own would let the environment choose the interpreter. */
export function windowsFolder(systemRoot: string): string {
  return /^[A-Z]:\\Windows$/i.test(systemRoot) ? systemRoot : 'C:\\Windows';
}
