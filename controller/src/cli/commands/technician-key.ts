import { createPublicKey } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { keyIdOf } from '@millwright/shared/trust';
import type { Command } from 'commander';
import { newKeyPem } from '../../catalogue/private-key.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { group, leaf, show } from '../leaf.ts';

/** `millwright technician`: what a technician does on their own machine. */
export function addTechnicianKey(program: Command, console: Console): void {
  const technician = group(program, 'technician', "for a technician's own machine");
  leaf(technician, 'key', 'make your own key, which signs class L2 fixes', { local: false })
    .requiredOption('--out <file>', 'a new file for the private key, which only you can read')
    .option('--name <name>', 'your name, as tickets tell it', console.operator.replace(/^console:/, ''))
    .action((options: { out: string; name: string; json?: true }) => {
      const pem = newKeyPem();
      const key = createPublicKey(pem);
      const publicKey = key.export({ type: 'spki', format: 'pem' }).toString();
      const publicFile = `${options.out}.pub`;
      writeNew(options.out, pem, 0o600);
      try {
        writeNew(publicFile, publicKey, 0o644);
      } catch (error) {
        // Half a pair is of no use, and would stand in the way of the next try.
        rmSync(options.out);
        throw error;
      }
      const command = `millwright catalogue technician add ${quoted(options.name)} --key ${quoted(publicFile)} --offline DIR`;
      show(
        console,
        options,
        { keyid: keyIdOf(key), privateKey: options.out, publicKeyFile: publicFile, publicKey, command },
        [
          `${options.out} holds your private key: it stays on this machine, and nobody else may have it.`,
          `${publicFile} holds the public key, ${keyIdOf(key)}:`,
          '',
          publicKey.trimEnd(),
          '',
          'Give that file to whoever holds the offline keys, by a way that you trust. They run, for each signer,',
          '',
          `  ${command}`,
          '  millwright catalogue publish',
          '',
          'with --namespace and --client where you approve only some runbooks, or only for some clients.',
        ].join('\n'),
      );
    });
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode, flag: 'wx' });
  } catch (cause) {
    throw new CliError(
      'refused',
      `cannot make ${file}: ${cause instanceof Error ? cause.message : String(cause)}; name a new file`,
      { cause },
    );
  }
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
