/** `npm run crash -- --kills 200 --seed 7`: kills agents and controller at random moments, and judges what is left. */
import { parseArgs, styleText } from 'node:util';
import { formatDuration } from '@millwright/shared/units';
import { type CrashResult, crash } from './crash.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string' },
    endpoints: { type: 'string', default: '4' },
  },
});

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new TypeError(`--${name} ${text}: give a whole number from 1`);
  return number;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function summary({ figures, record }: CrashResult): void {
  const table = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  for (const [moment, { controller, agent }] of Object.entries(record.kills))
    print(`  kills, ${moment.padEnd(8)} controller ${controller}, agents ${agent}`);
  print(`  faults          ${record.faults}`);
  print(`  events          ${figures.events}, alerts ${figures.alerts}`);
  print(`  runs            ${table(figures.runs)} (fix scripts that ran: ${figures.executions})`);
  print(`  tickets         ${table(figures.tickets)}`);
}

const kills = wholeNumber('kills', values.kills);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : wholeNumber('seed', values.seed);
const endpoints = wholeNumber('endpoints', values.endpoints);
const started = performance.now();
print(`Millwright crash test: ${kills} kills, seed ${seed}, ${endpoints} endpoints`);
const result = await crash({
  kills,
  seed,
  endpoints,
  each: Math.max(6, Math.ceil(kills / 10)),
  progress: (done) => {
    process.stdout.write(
      process.stdout.isTTY ? `\r  ${done} of ${kills}` : done % 20 === 0 ? `  ${done}\n` : '',
    );
  },
});
print(`\n  ${formatDuration(performance.now() - started)}`);
summary(result);
if (result.findings.length === 0) print(styleText('green', 'Nothing was lost and nothing ran twice.'));
else {
  for (const finding of result.findings) print(styleText('red', `  ${finding}`));
  print(`${result.findings.length} findings; seed ${seed}; everything is kept in ${result.kept}`);
  process.exitCode = 1;
}
