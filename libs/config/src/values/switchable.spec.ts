import { z } from 'zod';
import { switchable } from './switchable';

describe('a setting that can be switched off', () => {
  const schema = switchable(z.strictObject({ max: z.int().default(1) }));

  it('is off, or a value with defaults applied', () => {
    expect(schema.parse('off')).toBe('off');
    expect(schema.parse({})).toEqual({ max: 1 });
  });

  it.each(['on', false, null])('is not %j', (value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
