import { InstallerError } from './installer-error.ts';
import { repository } from './paths.ts';
import { runTool } from './tool.ts';

/**
 * The date that goes into what is built, in seconds since the epoch: SOURCE_DATE_EPOCH where it is set, else the date of the
 * last commit. Never the date of the build, so that the same source gives the same bytes.
 * @throws InstallerError `source-date-unknown`
 */
export async function sourceDate(environment: NodeJS.ProcessEnv): Promise<number> {
  const given = environment.SOURCE_DATE_EPOCH;
  const text = given ?? (await lastCommit());
  if (!/^\d{1,11}$/.test(text))
    throw new InstallerError(
      'source-date-unknown',
      `the source has no date (${JSON.stringify(text)}): set SOURCE_DATE_EPOCH to seconds since 1970`,
    );
  return Number(text);
}

async function lastCommit(): Promise<string> {
  try {
    return (await runTool('git', ['log', '-1', '--format=%ct'], { cwd: repository })).trim();
  } catch (cause) {
    throw new InstallerError(
      'source-date-unknown',
      'this is no git checkout: set SOURCE_DATE_EPOCH to the date of the source, in seconds since 1970',
      { cause },
    );
  }
}
