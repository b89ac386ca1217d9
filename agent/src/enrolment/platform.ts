import { Platform } from '@millwright/shared/runbook';
import { ConfigurationError } from '../config/index.ts';

/** @throws ConfigurationError on a platform that Millwright does not know. */
export function thisPlatform(): Platform {
  const parsed = Platform.safeParse(process.platform);
  if (!parsed.success)
    throw new ConfigurationError(
      `${process.platform} is not a platform that Millwright knows (${Platform.options.join(', ')})`,
    );
  return parsed.data;
}
