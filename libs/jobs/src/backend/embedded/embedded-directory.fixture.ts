import { cpSync, existsSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger } from '@trunkline/testing';
import { EmbeddedBackend } from './embedded-backend';

/** Created once per machine, since creating it takes seconds and copying it does not. */
const TEMPLATE = join(tmpdir(), 'trunkline-embedded-0.5.16-6.7.0');

/** Creates a directory with an empty store. */
export async function createEmbeddedDirectory(): Promise<string> {
  if (!existsSync(TEMPLATE)) await createTemplate();
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-jobs-'));
  cpSync(TEMPLATE, directory, { recursive: true });
  return directory;
}

async function createTemplate(): Promise<void> {
  const draft = mkdtempSync(join(tmpdir(), 'trunkline-jobs-'));
  const backend = await EmbeddedBackend.open({ directory: draft, logger: new RecordingLogger() });
  await backend.close();
  try {
    renameSync(draft, TEMPLATE);
  } catch {
    // Another test process has created it.
  }
}
