import { Code } from '@mantine/core';
import type { Run } from '@millwright/shared/api';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';
import { Output } from '../parts/output.tsx';
import { Section } from '../parts/section.tsx';
import { Status } from '../parts/status.tsx';
import type { Tone } from '../parts/tone.ts';
import { durationInWords } from '../words/duration.ts';
import { resultInWords, runStateNames, stepEndInWords, stepNames } from '../words/names.ts';
import classes from './run.module.css';

function toneOf({ state, result }: Run): Tone {
  if (state === 'lost') return 'critical';
  if (result === null) return 'waiting';
  return result.outcome === 'fixed' || result.outcome === 'not-needed' ? 'ok' : 'critical';
}

/** A step's exit code means success by the step: a check may also say that there is nothing to do. */
function wentWell(step: Run['steps'][number]): boolean {
  return step.ended === 'exited' && (step.exitCode === 0 || (step.step === 'check' && step.exitCode === 10));
}

/** One run of a script: its steps, what they printed, and how it ended, as the endpoint signed it. */
export function RunSection({ run, title }: { run: Run; title: string }) {
  return (
    <Section title={title}>
      <Status tone={toneOf(run)}>
        {run.result === null ? runStateNames[run.state] : resultInWords(run.result)}
      </Status>
      {run.steps.length > 0 && (
        <ol className={classes.steps}>
          {run.steps.map((step) => (
            <li key={step.step}>
              <div className={classes.step}>
                <Status tone={wentWell(step) ? 'ok' : 'critical'}>{stepNames[step.step]}</Status>
                <span className={classes.end}>
                  {stepEndInWords(step)}, {durationInWords(step.ms)}
                </span>
              </div>
              {step.output.trim() !== '' && (
                <>
                  <Output label={`Output of ${stepNames[step.step].toLowerCase()}`}>{step.output}</Output>
                  {step.truncated && (
                    <span className={classes.end}>Only the last part: it printed more than its limit.</span>
                  )}
                </>
              )}
            </li>
          ))}
        </ol>
      )}
      <Facts
        facts={[
          ['Runbook', <Code key="runbook">{`${run.runbook} v${run.runbookVersion}`}</Code>],
          ['Warrant', <Code key="warrant">{run.warrant}</Code>],
          ['Sent', <Moment key="sent" at={run.sentAt} />],
          ['Ended', run.endedAt === null ? 'not yet' : <Moment key="ended" at={run.endedAt} />],
        ]}
      />
    </Section>
  );
}
