import { execFile } from 'node:child_process';
import type { LintProblem } from './problem.ts';
import { readShell } from './shell-source.ts';

/** What the rules need to know of the step that a script serves. */
export interface ScriptUse {
  readonly file: string;
  readonly text: string;
  /** The script must not change anything: a check, or any step of a runbook that only reads. */
  readonly readsOnly: boolean;
  /** The script is given a declared command to start. */
  readonly mayStart: boolean;
  /** How many arguments it gets; `null` when it depends on the fact. */
  readonly arguments: number | null;
}

interface WordRule {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly message: string;
  readonly remedy: string;
}

const COMMAND = String.raw`(?:^|[;&|({!]|\$\(|\b(?:then|do|else|if|elif|while|until)\b)[ \t]*`;
const command = (words: string): RegExp => new RegExp(`${COMMAND}(?:/[\\w/.-]*/)?(${words})(?![\\w=-])`, 'm');

const rules: readonly WordRule[] = [
  {
    rule: 'no-evaluated-text',
    pattern: command('eval|source|\\.(?=\\s)'),
    message: 'evaluates text as a program',
    remedy: 'write the commands out; a signed script must not run what was not signed',
  },
  {
    rule: 'no-second-interpreter',
    pattern:
      /(?:^|[\s;&|(])(?:\/[\w/]*\/)?(?:(?:ba|da|z|k|a|c|tc)?sh|python[\d.]*|perl|ruby|node|php|lua|busybox)(?=\s)/m,
    message: 'starts another interpreter',
    remedy: 'do it in this script; a second interpreter can be given unsigned text',
  },
  {
    rule: 'no-download',
    pattern: /(?:^|[\s;&|(])(?:curl|wget|nc|ncat|socat|ssh|scp|sftp|ftp|rsync|telnet)(?=\s)/m,
    message: 'reaches over the network',
    remedy: 'leave it out; all that a runbook needs is in its signed folder',
  },
  {
    rule: 'no-privilege',
    pattern: /(?:^|[\s;&|(])(?:sudo|su|doas|pkexec|runuser|setcap|setfacl)(?=\s)/m,
    message: 'changes who it runs as',
    remedy: 'leave it out; the agent runs as root already',
  },
  {
    rule: 'no-foothold',
    pattern:
      /(?:^|[\s;&|(])(?:useradd|usermod|userdel|passwd|chpasswd|visudo|crontab|at|batch|insmod|modprobe|nft|iptables)(?=\s)/m,
    message: 'changes accounts, schedules, kernel modules or the firewall',
    remedy: 'leave it out; that is work for a person',
  },
  {
    rule: 'no-reboot',
    pattern: command('reboot|shutdown|halt|poweroff|init|telinit|kexec'),
    message: 'ends or restarts the host',
    remedy: 'leave it out; reboots are for people',
  },
  {
    rule: 'no-recursive-removal',
    pattern: /(?:^|[\s;&|(])rm\s+(?:-\w+\s+)*-\w*[rR]/m,
    message: 'removes whole trees',
    remedy: 'use find with -xdev, -type f, a pattern, an age and -delete',
  },
  {
    rule: 'no-names-through-pipes',
    pattern: /(?:^|[\s;&|(])xargs(?=\s)/m,
    message: 'passes file names through a pipe, where a newline in a name makes two',
    remedy: "use find's own -delete or -exec ... {} +",
  },
  {
    rule: 'no-backquotes',
    pattern: /`/,
    message: 'uses backquotes',
    remedy: 'write $(...), which nests and quotes',
  },
  { rule: 'no-here-documents', pattern: /<</, message: 'has a here-document', remedy: 'use echo or printf' },
  {
    rule: 'no-lookup-changes',
    pattern: /(?:^|[\s;&|(])(?:PATH|IFS|ENV|BASH_ENV|LD_\w+|DYLD_\w+)=/m,
    message: 'changes where programs or libraries are found',
    remedy: 'leave it out; the agent sets a fixed environment',
  },
];

const CHANGES = command(
  'rm|rmdir|mv|cp|ln|mkdir|mknod|touch|truncate|tee|dd|install|chmod|chown|chgrp|kill|killall|pkill|mount|umount|apt|apt-get|dpkg|dnf|yum|rpm|logrotate|setsid|nohup',
);
const reading: readonly RegExp[] = [
  CHANGES,
  /\bfind\b[^;&|\n]*\s-(?:delete|exec|execdir|ok|okdir|fprint\w*|fls)\b/,
  /\bsystemctl\s+(?:--\S+\s+)*(?:start|stop|restart|try-restart|reload|reset-failed|enable|disable|mask|unmask|kill|daemon-\w+|isolate|edit|set-\w+)\b/,
  /\blaunchctl\s+(?:kickstart|bootout|bootstrap|load|unload|enable|disable|kill|start|stop|remove)\b/,
  /\bjournalctl\s[^;&|\n]*--(?:rotate|vacuum|flush|relinquish)/,
  /(?:^|[^&<>\d])\d?>>?(?!\s*(?:\/dev\/null\b|&\d))/m,
];

/** Whether the script runs a word that it was handed, or hands it to a program that does. */
const STARTS = new RegExp(
  `${COMMAND}(?:"|\\$(?![(]))|(?:^|[\\s;&|(])(?:setsid|nohup|exec|env|nice|ionice|timeout|chroot|unshare|nsenter)(?=\\s)`,
  'm',
);

function syntaxProblem(text: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-n', '-c', text], { env: {}, timeout: 10_000 }, (error, _out, errors) => {
      if (error === null) resolve(null);
      else if (typeof error.code === 'number')
        resolve(errors.trim().replace(/^\/bin\/sh: (?:\d+: )?/, '') || 'is not valid');
      else reject(error);
    });
  });
}

/** The rules for scripts of the POSIX shell. */
export async function shellProblems(use: ScriptUse): Promise<LintProblem[]> {
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
  if (!text.endsWith('\n')) problem('plain-text', 'does not end with a line feed', 'end the last line');
  if (text.startsWith('#!'))
    problem('no-shebang', 'names an interpreter', 'remove the line; the manifest names the interpreter');
  const syntax = await syntaxProblem(text);
  if (syntax !== null) problem('parses', syntax, 'correct it until sh -n is silent');

  const { code, bare } = readShell(text);
  if (code.trimStart().split('\n')[0]?.trim() !== 'set -eu')
    problem(
      'strict',
      'does not begin with set -eu',
      'make it the first command, so that an error ends the script',
    );
  for (const { line, text: source } of bare)
    problem(
      'quoted',
      `line ${line}: ${source} stands in no quotes`,
      `write "${source}", so that it stays one word`,
    );
  for (const { rule, pattern, message, remedy } of rules)
    if (pattern.test(code)) problem(rule, message, remedy);
  if (STARTS.test(code) && !use.mayStart)
    problem(
      'no-free-command',
      'runs a command that it is handed',
      'write the command out; only the command of a declared process may be started',
    );
  if (use.readsOnly && reading.some((pattern) => pattern.test(code)))
    problem(
      'reads-only',
      'looks as if it changed something',
      'let this step look only, and leave changing to the fix',
    );
  const highest = Math.max(0, ...[...text.matchAll(/\$\{?([1-9])/g)].map((match) => Number(match[1])));
  if (use.arguments !== null && highest > use.arguments)
    problem(
      'arguments',
      `reads $${highest} and is given ${use.arguments} arguments`,
      'name the parameter in the step, or do not read it',
    );
  return problems;
}
