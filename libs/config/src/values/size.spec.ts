import { z } from 'zod';
import { size } from './size';

const listMessages = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message);

describe('a size in YAML', () => {
  it.each([
    ['0B', 0],
    ['512B', 512],
    ['512KiB', 524_288],
    ['1MiB', 1_048_576],
    ['2GiB', 2_147_483_648],
  ])('%s is %d bytes', (text, bytes) => {
    expect(size().parse(text)).toBe(bytes);
  });

  it.each([1024, '1024', '1MB', '1mib', '1.5MiB', '-1B', '1 MiB', ''])(
    'rejects %j, which has no binary unit',
    (value) => {
      expect(listMessages(size(), value)).toEqual(['expected a size such as 512B, 512KiB, 1MiB or 1GiB']);
    },
  );

  it('has inclusive bounds', () => {
    const bounded = size({ min: '1KiB', max: '1MiB' });

    expect(bounded.parse('1KiB')).toBe(1_024);
    expect(bounded.parse('1MiB')).toBe(1_048_576);
    expect(listMessages(bounded, '1023B')).toEqual(['expected a size of at least 1KiB']);
    expect(listMessages(bounded, '1025KiB')).toEqual(['expected a size of at most 1MiB']);
  });

  it('rejects a bound that is not a size', () => {
    expect(() => size({ max: '1MB' })).toThrow(RangeError);
  });

  it('shows editors its pattern and examples', () => {
    expect(z.toJSONSchema(size(), { io: 'input' })).toMatchObject({ title: 'size', examples: ['512KiB', '1MiB'] });
  });
});
