import { cpSync, existsSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Copies a directory that takes long to fill. It is filled once per machine, in the folder for temporary files.
 *
 * @param name - of the original; a directory of other versions needs another name
 * @param fill - fills an empty directory
 * @returns the copy, which the caller removes
 */
export async function copyTemplateDirectory(name: string, fill: (directory: string) => Promise<void>): Promise<string> {
  const template = join(tmpdir(), name);
  if (!existsSync(template)) await createTemplate(template, fill);
  const directory = mkdtempSync(`${template}-`);
  cpSync(template, directory, { recursive: true });
  return directory;
}

async function createTemplate(template: string, fill: (directory: string) => Promise<void>): Promise<void> {
  const draft = mkdtempSync(`${template}-`);
  await fill(draft);
  try {
    renameSync(draft, template);
  } catch {
    // Another process has filled it.
  }
}
