import type { Clock } from '@millwright/shared/clock';
import type { ServiceReading } from '@millwright/shared/readings';
import { z } from 'zod';
import { allOf, type Collector } from '../collector.ts';
import type { CommandRunner } from '../command.ts';
import { parseJson } from '../parse-json.ts';

/** Win32_Service: `State`, `StartMode`, `DelayedAutoStart` and `ExitCode` as Microsoft documents them. */
const WindowsServices = z.array(
  z.object({
    Name: z.string().min(1).max(512),
    State: z.string(),
    StartMode: z.string(),
    ExitCode: z.number().int(),
    /** Whether something else than the start of the system starts it (a device, an event): then it need not run now. */
    Triggered: z.boolean(),
  }),
);

/** 1077: no attempt has been made to start the service since the system started. */
const ERROR_SERVICE_NEVER_STARTED = 1077;

function stateOf(state: string, exitCode: number): ServiceReading['state'] {
  switch (state) {
    case 'Running':
      return 'running';
    case 'Stopped':
      return exitCode === 0 || exitCode === ERROR_SERVICE_NEVER_STARTED ? 'stopped' : 'failed';
    default:
      return 'transition'; // Start Pending, Stop Pending, Continue Pending, Pause Pending, Paused, Unknown
  }
}

/**
 * Reads the list that PowerShell prints. Wanted are services with automatic start; one that is started by a trigger stops
 * by itself when it has nothing to do.
 */
export function parseWindowsServices(text: string, at: number): ServiceReading[] {
  return parseJson(WindowsServices, text, 'Get-CimInstance Win32_Service').map((service) => ({
    kind: 'service',
    at,
    name: service.Name,
    manager: 'windows',
    state: stateOf(service.State, service.ExitCode),
    wanted: service.StartMode === 'Auto' && !service.Triggered,
    detail: `${service.State}, ${service.StartMode}, exit code ${service.ExitCode}`.slice(0, 256),
  }));
}

/** A service that has triggers holds them under a key of its own in the registry. */
const list = `@(Get-CimInstance Win32_Service | ForEach-Object { [pscustomobject]@{ Name = $_.Name; State = $_.State; StartMode = $_.StartMode;
ExitCode = [long]$_.ExitCode; Triggered = (Test-Path -LiteralPath ('HKLM:\\SYSTEM\\CurrentControlSet\\Services\\' + $_.Name + '\\TriggerInfo')) } }) | ConvertTo-Json -Compress`;

/** Windows' services, listed at the interval. */
export function windowsServices(intervalMs: number, run: CommandRunner, clock: Clock): Collector {
  return {
    name: 'services',
    intervalMs,
    timeoutMs: 30_000,
    owns: (key) => key.startsWith('service:'),
    collect: async () => allOf(parseWindowsServices(await run.powershell(list), clock.now())),
  };
}
