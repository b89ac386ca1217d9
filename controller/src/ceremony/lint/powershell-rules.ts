import type { LintProblem } from './problem.ts';
import type { ScriptUse } from './shell-rules.ts';

const forbidden: readonly { rule: string; pattern: RegExp; message: string; remedy: string }[] = [
  {
    rule: 'no-evaluated-text',
    pattern:
      /\b(?:Invoke-Expression|iex|ScriptBlock\]::Create|Add-Type|Import-Module|Invoke-Command|icm)\b|(?:^|[;|{(=]\s*)[.&]\s*[$("]/im,
    message: 'evaluates text as a program',
    remedy: 'write the commands out; a signed script must not run what was not signed',
  },
  {
    rule: 'no-second-interpreter',
    pattern: /\b(?:powershell|pwsh|cmd|wscript|cscript|mshta|rundll32|regsvr32|EncodedCommand)\b/i,
    message: 'starts another interpreter',
    remedy: 'do it in this script; a second interpreter can be given unsigned text',
  },
  {
    rule: 'no-download',
    pattern:
      /\b(?:Invoke-WebRequest|iwr|Invoke-RestMethod|irm|curl|wget|WebClient|HttpClient|Start-BitsTransfer|bitsadmin|certutil)\b/i,
    message: 'reaches over the network',
    remedy: 'leave it out; all that a runbook needs is in its signed folder',
  },
  {
    rule: 'no-foothold',
    pattern:
      /\b(?:New-LocalUser|Add-LocalGroupMember|Register-ScheduledTask|schtasks|New-Service|Set-ExecutionPolicy|Set-MpPreference|netsh|New-NetFirewallRule|reg)\b/i,
    message: 'changes accounts, schedules, services or protection',
    remedy: 'leave it out; that is work for a person',
  },
  {
    rule: 'no-reboot',
    pattern: /\b(?:Restart-Computer|Stop-Computer|shutdown)\b/i,
    message: 'ends or restarts the host',
    remedy: 'leave it out; reboots are for people',
  },
  {
    rule: 'no-recursive-removal',
    pattern: /\b(?:Remove-Item|ri|rm|rd|del|erase)\b[^\n;|]*-Rec|Directory\]::Delete/i,
    message: 'removes whole trees',
    remedy: 'delete single files that a list of allowed places gives, and follow no link',
  },
];

const CHANGES =
  /\b(?:Remove|Clear|Stop|Restart|Start|Suspend|Resume|Move|Copy|Rename|Add|Install|Uninstall|Enable|Disable|Write-EventLog|Out-File|Set)-(?!StrictMode|Sleep|Output|Object)\w|\.(?:Delete|Start|Kill|Stop|MoveTo|CopyTo|Create)\(|\bProcess\]::Start\b/i;

/** The script without comments and the text of its strings, or what is not closed in it. */
export function readPowershell(text: string): { code: string } | { unclosed: string } {
  let code = '';
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };
  for (let i = 0; i < text.length; ) {
    const char = text.charAt(i);
    if (text.startsWith('<#', i)) {
      const end = text.indexOf('#>', i);
      if (end === -1) return { unclosed: '<#' };
      i = end + 2;
    } else if (char === '#') {
      const end = text.indexOf('\n', i);
      i = end === -1 ? text.length : end;
    } else if (char === "'" || char === '"') {
      let end = i + 1;
      while (end < text.length && text.charAt(end) !== char)
        end += char === '"' && text.charAt(end) === '`' ? 2 : 1;
      if (end >= text.length) return { unclosed: char };
      code += char + char;
      i = end + 1;
    } else {
      const expected = closing[char];
      if (expected !== undefined) open.push(expected);
      else if (char === ')' || char === '}' || char === ']') {
        if (open.pop() !== char) return { unclosed: char };
      }
      code += char;
      i += 1;
    }
  }
  const left = open.pop();
  return left === undefined ? { code } : { unclosed: left };
}

/** The rules for PowerShell. Without a parser at hand the shape is checked: comments, strings and brackets. */
export function powershellProblems(use: ScriptUse): LintProblem[] {
  const { file, text } = use;
  const problems: LintProblem[] = [];
  const problem = (rule: string, message: string, remedy: string): void =>
    void problems.push({ file, rule, message, remedy });
  if (/[^\t\n\x20-\x7e]/.test(text))
    problem(
      'plain-text',
      'holds characters other than printable ASCII',
      'write what a reviewer can see; lines end with a line feed alone',
    );
  const source = readPowershell(text);
  if ('unclosed' in source) {
    problem(
      'parses',
      `has a ${source.unclosed} without its other half`,
      'close every bracket, string and comment',
    );
    return problems;
  }
  const { code } = source;
  if (!/^Set-StrictMode -Version 3$/m.test(text) || !/^\$ErrorActionPreference = 'Stop'$/m.test(text))
    problem(
      'strict',
      'does not set strict mode and stop at errors',
      "begin with Set-StrictMode -Version 3 and $ErrorActionPreference = 'Stop'",
    );
  for (const { rule, pattern, message, remedy } of forbidden)
    if (pattern.test(code)) problem(rule, message, remedy);
  if (/\b(?:Start-Process|saps)\b|Process\]::Start|ProcessStartInfo/i.test(code) && !use.mayStart)
    problem(
      'no-free-command',
      'starts a program',
      'use what PowerShell has; only the command of a declared process may be started',
    );
  if (use.readsOnly && CHANGES.test(code))
    problem(
      'reads-only',
      'looks as if it changed something',
      'let this step look only, and leave changing to the fix',
    );
  const parameters =
    /^\s*param\(([\s\S]*?)\)\s*$/m
      .exec(text)?.[1]
      ?.match(/\$\w+/g)
      ?.filter((name) => name !== '$true').length ?? 0;
  if (use.arguments !== null && parameters > use.arguments)
    problem(
      'arguments',
      `takes ${parameters} parameters and is given ${use.arguments} arguments`,
      'name the parameter in the step, or do not take it',
    );
  return problems;
}
