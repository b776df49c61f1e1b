import { z } from 'zod';
import { duration } from '../values/duration';
import { secret } from '../values/secret';
import { switchable } from '../values/switchable';
import { renderReferencePage } from './reference-page';
import { defineSection } from './config-section';

interface Nested {
  inner?: Nested | undefined;
}
const nested: z.ZodType<Nested> = z.lazy(() => z.strictObject({ inner: nested.optional().describe('Once more') }));

const bus = defineSection({
  key: 'bus',
  schema: z
    .strictObject({
      name: z.string().describe('Name of the bus'),
      http: z
        .strictObject({ timeout: duration().prefault('5s').describe('One request | its answer') })
        .prefault({})
        .describe('Listener'),
      file: z.string().nullable().default(null).describe('A file'),
      limits: z
        .array(z.strictObject({ per: duration().describe('Window') }))
        .optional()
        .describe('Limits'),
      retry: switchable(z.strictObject({ attempts: z.int().default(3).describe('All of them') }))
        .optional()
        .describe('Retries'),
      nested: nested.optional().describe('Nested'),
    })
    .describe('The bus itself.'),
});
const security = defineSection({
  key: 'security',
  schema: z.record(
    z.string(),
    z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('apiKey').describe('Kind'), key: secret().describe('The key') }),
        z.strictObject({
          type: z.literal('basic').describe('Kind'),
          level: z.enum(['a', 'b']).optional().describe('Level'),
        }),
      ])
      .describe('A definition'),
  ),
});

describe('the reference page', () => {
  const page = renderReferencePage([bus, security]);
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(2, -2)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );

  it('has a heading for each section, with its description', () => {
    expect(page).toMatch(/^# Configuration reference\n\n## `bus`\n\nThe bus itself\.\n\n\| key/);
    expect(page).toContain('\n\n## `security`\n\n| key');
  });

  it('has a row for each key: path, type, default, description', () => {
    expect(rows).toEqual([
      ['`bus.name`', 'text', 'required', 'Name of the bus'],
      ['`bus.http`', 'mapping', '', 'Listener'],
      ['`bus.http.timeout`', 'duration', '`5s`', 'One request \\| its answer'],
      ['`bus.file`', 'text or `~`', '`~`', 'A file'],
      ['`bus.limits`', 'list of mappings', '', 'Limits'],
      ['`bus.limits[].per`', 'duration', 'required', 'Window'],
      ['`bus.retry`', '`off` or mapping', '', 'Retries'],
      ['`bus.retry.attempts`', 'whole number', '`3`', 'All of them'],
      ['`bus.nested`', 'mapping', '', 'Nested'],
      ['`bus.nested.inner`', 'mapping', '', 'Once more'],
      ['`security.<name>`', 'mapping', '', 'A definition'],
      ['`security.<name>.type`', '`apiKey` or `basic`', 'required', 'Kind'],
      ['`security.<name>.key`', 'secret', 'required', 'The key (with `type: apiKey`)'],
      ['`security.<name>.level`', '`a` or `b`', '', 'Level (with `type: basic`)'],
    ]);
  });
});
