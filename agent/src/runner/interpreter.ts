import { windowsFolder } from './environment.ts';
import type { StepOrder } from './step-runner.ts';

/** A process to start: no shell line anywhere, the script is one argument or comes on standard input. */
export interface Invocation {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly input: string;
}

/**
 * The one text that PowerShell is ever started with. It reads `{script, arguments}` from standard input and runs the
 * script as a block, so that neither has to pass through a command line's quoting. A script's `exit` is the process's.
 */
const BOOTSTRAP = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$reader = New-Object System.IO.StreamReader ([Console]::OpenStandardInput()), (New-Object System.Text.UTF8Encoding $false)
$order = $reader.ReadToEnd() | ConvertFrom-Json
$block = [ScriptBlock]::Create($order.script)
$list = @($order.arguments)
try { & $block @list } catch { [Console]::Error.WriteLine($_.ToString()); exit 1 }
exit 0
`;
const ENCODED_BOOTSTRAP = Buffer.from(BOOTSTRAP, 'utf16le').toString('base64');

/** How a step is started. */
export function invocationOf(order: StepOrder, systemRoot = ''): Invocation {
  switch (order.interpreter) {
    case 'sh':
      return {
        file: '/bin/sh',
        arguments: ['-c', order.script, 'millwright', ...order.arguments],
        input: JSON.stringify(order.parameters),
      };
    case 'powershell':
      return {
        file: `${windowsFolder(systemRoot)}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
        arguments: [
          '-NoProfile',
          '-NonInteractive',
          '-ExecutionPolicy',
          'Bypass',
          '-EncodedCommand',
          ENCODED_BOOTSTRAP,
        ],
        input: JSON.stringify({ script: order.script, arguments: order.arguments }),
      };
  }
}
