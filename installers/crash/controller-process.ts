/** The controller in a process of its own, to be killed. Argument: its data folder. Says on which port agents come in. */
import { startController } from '@millwright/controller/main';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new TypeError('the controller needs the path of its data folder');
const say = (message: string, facts: Record<string, unknown> = {}): void => {
  process.stdout.write(`${message} ${JSON.stringify(facts)}\n`);
};
const controller = await startController({
  dataDir,
  clock: { now: Date.now },
  environment: {},
  log: say,
});
process.stdout.write(`listening ${controller.agentsPort}\n`);
process.once('SIGTERM', () => {
  controller.close().then(
    () => process.exit(0),
    (error: unknown) => {
      say('the controller did not end in order', { error: String(error) });
      process.exit(1);
    },
  );
});
