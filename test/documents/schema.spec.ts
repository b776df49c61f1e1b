import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEditorSchema, loadConfig } from '@trunkline/config';
import { z } from 'zod';
import { SECTIONS } from '../../libs/bus/src/config/bus-config';
import { runCommand } from '../process/run-command';

const ROOT = join(__dirname, '..', '..');
const CONFIG = join(ROOT, 'config');
const FIRST_LINE = '# yaml-language-server: $schema=trunkline.schema.json';

describe('a file generated from the schemas of the configuration', () => {
  it.each([
    ['config/trunkline.schema.json', ['schema']],
    ['docs/configuration-reference.md', ['schema', '--markdown']],
  ])('is up to date: %s', async (file, args) => {
    const { stdout } = await runCommand(ROOT, args);
    const path = join(ROOT, file);
    const isUpToDate = existsSync(path) && readFileSync(path, 'utf8') === stdout;

    const remaining = isUpToDate ? '' : `npm run build && npx trunkline ${args.join(' ')} > ${file}`;
    expect(remaining).toBe('');
  });
});

describe('the configuration of the example', () => {
  it.each(readdirSync(CONFIG).filter((name) => name.endsWith('.yaml')))('names its schema for editors: %s', (name) => {
    expect(readFileSync(join(CONFIG, name), 'utf8').split('\n')[0]).toBe(FIRST_LINE);
  });

  it('is valid for the bus and for editors', () => {
    const config = loadConfig({ directory: CONFIG, sections: SECTIONS, env: {} });
    const editorSchema = z.fromJSONSchema(createEditorSchema(SECTIONS));

    expect(editorSchema.safeParse(config.getRawValue([])).error).toBeUndefined();
  });
});
