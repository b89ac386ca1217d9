import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Bundle, Manifest } from '@millwright/shared/runbook';
import { json } from '@sigstore/core';

/** A runbook's folder as read: its manifest, the scripts that it names, and everything else that lies there. */
export interface RunbookFolder {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Scripts by file name. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly names: readonly string[];
}

/** What stops a folder from being read as a runbook at all. */
export interface FolderProblem {
  readonly file: string;
  readonly message: string;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Reads a folder, or says why it cannot be one. */
export async function readRunbookFolder(
  folder: string,
): Promise<{ read: RunbookFolder } | { problems: FolderProblem[] }> {
  let names: string[];
  let text: string;
  try {
    names = (await readdir(folder)).sort();
    text = await readFile(join(folder, 'runbook.json'), 'utf8');
  } catch (error) {
    return { problems: [{ file: 'runbook.json', message: `cannot be read: ${reasonOf(error)}` }] };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [{ file: 'runbook.json', message: `is not JSON: ${reasonOf(error)}` }] };
  }
  const parsed = Manifest.safeParse(value);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map((issue) => ({
        file: 'runbook.json',
        message: `${issue.path.join('.') || 'manifest'}: ${issue.message}`,
      })),
    };
  }
  const scripts = new Map<string, string>();
  const problems: FolderProblem[] = [];
  for (const step of Object.values(parsed.data.steps)) {
    if (step === undefined || scripts.has(step.file)) continue;
    const file = join(folder, step.file);
    try {
      if (!(await stat(file)).isFile()) problems.push({ file: step.file, message: 'is not a regular file' });
      else scripts.set(step.file, await readFile(file, 'utf8'));
    } catch (error) {
      problems.push({ file: step.file, message: `cannot be read: ${reasonOf(error)}` });
    }
  }
  return problems.length > 0 ? { problems } : { read: { folder, manifest: parsed.data, scripts, names } };
}

/** The one target that a runbook becomes: the same folder gives the same bytes. @throws ZodError when a script is too large. */
export function bundleBytes({ manifest, scripts }: RunbookFolder): Buffer {
  const bundle = Bundle.parse({ manifest, files: Object.fromEntries(scripts) });
  return Buffer.from(`${json.canonicalize(bundle)}\n`);
}
