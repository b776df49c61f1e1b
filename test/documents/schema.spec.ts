import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEditorSchema, loadConfig } from '@trunkline/config';
import Ajv2020 from 'ajv/dist/2020';
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

describe('the schema of the configuration for editors', () => {
  const schema = createEditorSchema(SECTIONS);
  // Formats and titles are for editors.
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  const webhook = (keys: object) => ({ channels: { webhook: { a: { path: '/a', service: 'a', ...keys } } } });

  it.each([
    webhook({ scheme: 'stripe', secret: 'a', tolerance: '1m', rateLimit: { limit: 5, per: '1s' }, unknown: 'refuse' }),
    webhook({ scheme: 'github', secrets: ['a', '${B}'], dedupe: 'off', maintenance: { retryAfter: '5m' } }),
    webhook({ scheme: 'twilio', secret: 'a', url: 'https://a.example/a', async: false, timeout: '${TIMEOUT:-5s}' }),
    { outgoing: { rest: { a: { url: 'https://a.example', limit: { calls: 5, per: '1s' }, redirects: { max: 2 } } } } },
  ])('accepts %j', (value) => {
    validate(value);

    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    webhook({ scheme: 'strip', secret: 'a' }),
    webhook({ scheme: 'stripe', secert: 'a' }),
    webhook({ scheme: 'github', secret: 'a', tolerance: '1m' }),
    webhook({ scheme: 'stripe', secret: 'a', unknown: 'ignore' }),
    webhook({ scheme: 'stripe', secret: 'a', dedupe: { kep: '3d' } }),
    webhook({ scheme: 'stripe', secret: 'a', rateLimit: { limit: 'many', per: '1s' } }),
    { outgoing: { rest: { a: { url: 'https://a.example', redirects: { mx: 2 } } } } },
  ])('rejects %j', (value) => {
    expect(validate(value)).toBe(false);
  });

  it('has a definition for every reference, and none that is not used', () => {
    const text = JSON.stringify(schema);
    const referred = new Set([...text.matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name));

    expect([...referred].toSorted()).toEqual(Object.keys(schema.$defs ?? {}).toSorted());
  });
});
