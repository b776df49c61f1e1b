import * as fc from 'fast-check';
import { z } from 'zod';
import { TemporaryProject } from './temporary-project.fixture';
import { ConfigurationError } from './problems/configuration-error';
import { loadConfig } from './load-config';
import { defineSection } from './schema/config-section';
import { duration } from './values/duration';
import { secret } from './values/secret';
import { switchable } from './values/switchable';

const WORDS = [
  ...Array.from('{}[]"\'|>#~,:?-@`\t\n\r\u0000\uFDD0\uD800é5'),
  ...'bus: name: retry: after: constructor: __proto__: <<: &a *a !!str !x --- ... ${A} ${B} ${A:- $${ ${file:.} off 5s'.split(
    ' ',
  ),
  '\n  ',
  '\n    ',
  ': ',
  ' #',
  '%YAML 1.1\n',
];

const VALID = `bus:
  name: b
  retry: { after: 5s }
  constructor: { a: true, b: \${FLAG:-false} }
channels:
  name: &name { key: "\${A}" }
  retry: off
`;

const mutated = fc
  .array(fc.tuple(fc.nat(VALID.length), fc.nat(8), fc.constantFrom('', ...WORDS)), { minLength: 1, maxLength: 3 })
  .map((cuts) => cuts.reduce((text, [at, length, word]) => text.slice(0, at) + word + text.slice(at + length), VALID));

const section = (key: string) =>
  defineSection({
    key,
    schema: z.strictObject({
      name: z.union([z.string(), z.int(), z.strictObject({ key: secret() })]).optional(),
      retry: switchable(z.strictObject({ after: duration() })).optional(),
      constructor: z.record(z.string(), z.boolean()).optional(),
    }),
  });
const sections = [section('bus'), section('channels'), section('other')];

describe('any text as configuration', () => {
  const disk = new TemporaryProject({ 'config/b.yaml': 'other: {}' });
  afterAll(() => disk.remove());

  const loadText = (text: string): unknown => {
    disk.write('config/a.yaml', text);
    try {
      return loadConfig({ directory: disk.directory, sections, env: { A: 'swordfish' } });
    } catch (error) {
      return error;
    }
  };

  it('is valid without changes', () => {
    expect(loadText(VALID)).not.toBeInstanceOf(Error);
  });

  it.each([
    ['words of YAML', fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(''))],
    ['text', fc.string({ unit: 'binary', maxLength: 200 })],
    ['a valid one, mutated', mutated],
  ])('is valid, or has problems with positions: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const outcome = loadText(text);

        if (!(outcome instanceof Error)) return;
        expect(outcome).toBeInstanceOf(ConfigurationError);
        const problems = outcome instanceof ConfigurationError ? outcome.problems : [];
        expect(problems.length).toBeGreaterThan(0);
        for (const { file, line, column, message } of problems) {
          expect(file).toMatch(/^config\/[ab]\.yaml$/);
          expect(line).toBeGreaterThanOrEqual(1);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(message).not.toContain('swordfish');
        }
      }),
      { numRuns: 100 },
    );
  });
});
