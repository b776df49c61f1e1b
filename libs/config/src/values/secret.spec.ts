import { z } from 'zod';
import { secret } from './secret';

describe('a secret', () => {
  it('is a non-empty text', () => {
    expect(secret().parse('hunter2')).toBe('hunter2');
    expect(secret().safeParse('').success).toBe(false);
    expect(secret().safeParse(5).success).toBe(false);
  });

  it.each([
    ['as it comes', secret()],
    ['described', secret().describe('The key')],
    ['optional', secret().optional()],
    ['longer', secret().min(8)],
  ])('is marked in the JSON Schema: %s', (_, schema) => {
    expect(z.toJSONSchema(z.strictObject({ key: schema }), { io: 'input' }).properties).toMatchObject({
      key: { type: 'string', writeOnly: true },
    });
  });
});
