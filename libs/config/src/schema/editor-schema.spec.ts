import { z } from 'zod';
import { duration } from '../values/duration';
import { secret } from '../values/secret';
import { switchable } from '../values/switchable';
import { createEditorSchema } from './editor-schema';
import { defineSection } from './config-section';

const bus = defineSection({
  key: 'bus',
  schema: z
    .strictObject({
      name: z.string().describe('Name of the bus'),
      port: z.int().default(11223).describe('Where it listens'),
      level: z.enum(['info', 'warn']).optional(),
      timeout: duration().prefault('5s').describe('How long a request may take'),
      retry: switchable(z.strictObject({ ratio: z.number() })).optional(),
      hosts: z.array(z.boolean()).optional(),
    })
    .describe('The bus itself'),
});
const security = defineSection({
  key: 'security',
  schema: z.record(
    z.string(),
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('apiKey'), key: secret() }),
      z.strictObject({ type: z.literal('basic'), port: z.int() }),
    ]),
  ),
});

describe('the JSON Schema for editors', () => {
  const schema = createEditorSchema([bus, security]);
  const accepts = (value: unknown) => z.fromJSONSchema(schema).safeParse(value).success;

  it('follows draft 2020-12 and describes every key', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.properties).toMatchObject({
      bus: {
        description: 'The bus itself',
        properties: {
          name: { description: 'Name of the bus', type: 'string' },
          port: { description: 'Where it listens', default: 11223 },
          timeout: { description: 'How long a request may take', default: '5s', title: 'duration' },
        },
      },
    });
  });

  it.each([
    {},
    { bus: { name: 'a' } },
    { bus: { name: 'a', port: 80, level: 'info', timeout: '5s', retry: 'off', hosts: [true] } },
    { bus: { name: 'a', retry: { ratio: 0.1 } }, security: { a: { type: 'apiKey', key: 'x' } } },
    { bus: { name: '${X}', port: '${X}', level: '${X}', timeout: '${X}', retry: '${X}', hosts: ['${X}'] } },
    { bus: { name: 'a', retry: { ratio: '${X:-0.1}' } }, security: { a: { type: 'basic', port: '${X}' } } },
  ])('accepts %j', (value) => {
    expect(accepts(value)).toBe(true);
  });

  it.each([
    { bsu: {} },
    { bus: {} },
    { bus: { name: 'a', prot: 80 } },
    { bus: { name: 'a', port: '80' } },
    { bus: { name: 'a', level: 'debug' } },
    { bus: { name: 'a', timeout: 5 } },
    { bus: { name: 'a', timeout: '5' } },
    { bus: { name: 'a', retry: { ratio: 'x' } } },
    { security: { a: { type: 'apiKey' } } },
  ])('rejects %j', (value) => {
    expect(accepts(value)).toBe(false);
  });
});
