export type { CommandResult } from './command.ts';
export { HostError, type HostProblem } from './host-error.ts';
export { SystemdHost } from './systemd-host.ts';
