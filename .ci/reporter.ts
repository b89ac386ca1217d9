// The spec reporter, which also leaves the counts for .ci/run, and fails a run that ends too early:
// a test that calls process.exit(0) would otherwise pass for all that come after it.
import { mkdirSync, writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export default class CountingReporter extends Mocha.reporters.Spec {
  #finished = false;

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    process.once('exit', () => {
      if (this.#finished) return;
      console.error('The process ended before the tests did.');
      process.exitCode = 1;
    });
  }

  override epilogue(): void {
    super.epilogue();
    const { passes = 0, failures = 0 } = this.stats;
    mkdirSync('coverage', { recursive: true });
    writeFileSync('coverage/counts', `${passes} passed, ${failures} failed\n`);
    this.#finished = true;
  }
}
