import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { copyTemplateDirectory } from './template-directory';

describe('copyTemplateDirectory', () => {
  const template = mkdtempSync(join(tmpdir(), 'trunkline-template-'));
  const directories: string[] = [template];
  beforeAll(() => rmSync(template, { recursive: true }));
  afterAll(() => {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });
  let fills = 0;
  const copy = async () => {
    const directory = await copyTemplateDirectory(basename(template), async (draft) => {
      fills += 1;
      await Promise.resolve(writeFileSync(join(draft, 'file'), 'original'));
    });
    directories.push(directory);
    return join(directory, 'file');
  };

  it('fills the directory once, and copies it', async () => {
    const first = await copy();
    writeFileSync(first, 'changed');
    const second = await copy();

    expect(fills).toBe(1);
    expect(readFileSync(second, 'utf8')).toBe('original');
  });
});
