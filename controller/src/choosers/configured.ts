import type { Configuration } from '../configuration/index.ts';
import { BuiltinChooser } from './builtin.ts';
import type { Chooser } from './chooser.ts';
import { FallbackChooser } from './fallback.ts';

/** The chooser that the configuration asks for: the built-in one, or a model with the built-in one to fall back to. */
export async function configuredChooser(
  { openai }: Pick<Configuration, 'openai'>,
  { MILLWRIGHT_OPENAI_KEY: apiKey }: NodeJS.ProcessEnv,
): Promise<Chooser> {
  const builtin = new BuiltinChooser();
  if (openai === undefined) return builtin;
  // Only here: the client's library takes 12 MiB, and most controllers ask no model.
  const { OpenAiChooser } = await import('./openai.ts');
  const { baseUrl, model, timeoutSeconds, retries } = openai;
  const asked = new OpenAiChooser({ baseUrl, model, apiKey, timeoutMs: timeoutSeconds * 1000, retries });
  return new FallbackChooser(`the model ${model}`, asked, builtin);
}
