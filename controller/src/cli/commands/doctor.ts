import type { Command } from 'commander';
import type { Finding } from '../../doctor/index.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf, show } from '../leaf.ts';
import { printable } from '../printable.ts';
import { type Tone, toned } from '../table.ts';

const tones: Readonly<Record<Finding['verdict'], Tone>> = { ok: 'good', warning: 'warn', failed: 'bad' };
const widest = 'warning'.length;

/** `millwright doctor`: what is not well with this installation, and what to do. */
export function addDoctor(program: Command, console: Console): void {
  leaf(program, 'doctor', 'look for what is not well with this installation, and say what to do').action(
    async (options: CommonOptions) => {
      const { examine } = await import('../../doctor/index.ts');
      const findings = await examine(options.data, console.clock);
      const lines = findings.flatMap(({ check, verdict, message, remedy }) => [
        `${toned(verdict.padEnd(widest), tones[verdict], console.out)}  ${check}: ${printable(message)}`,
        ...(remedy === null ? [] : [`${' '.repeat(widest)}    ${printable(remedy)}`]),
      ]);
      const failed = findings.filter(({ verdict }) => verdict === 'failed').length;
      show(console, options, { ok: failed === 0, findings }, lines.join('\n'));
      if (failed > 0)
        throw new CliError(
          'failed',
          `${failed} of ${findings.length} checks failed in ${options.data}; do what stands beside them`,
        );
    },
  );
}
