import { z } from 'zod';
import { duration } from './duration';

const listMessages = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message);

describe('a duration in YAML', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(duration().parse(text)).toBe(ms);
  });

  it.each([5, '5', '5 s', '-1s', '1w', '', null])('rejects %j: a unit is required', (value) => {
    expect(listMessages(duration(), value)).toEqual(['expected a duration such as 250ms, 5s, 2m, 1h or 1d']);
  });

  it('has inclusive bounds', () => {
    const bounded = duration({ min: '1s', max: '1h' });

    expect(bounded.parse('1s')).toBe(1_000);
    expect(bounded.parse('1h')).toBe(3_600_000);
    expect(listMessages(bounded, '999ms')).toEqual(['expected a duration of at least 1s']);
    expect(listMessages(bounded, '61m')).toEqual(['expected a duration of at most 1h']);
  });

  it('has a default in YAML notation', () => {
    const schema = z.strictObject({ timeout: duration().prefault('5s') });

    expect(schema.parse({})).toEqual({ timeout: 5_000 });
    expect(z.toJSONSchema(schema, { io: 'input' }).properties).toHaveProperty('timeout.default', '5s');
  });

  it('shows editors its pattern and examples', () => {
    const schema = z.toJSONSchema(duration(), { io: 'input' });

    expect(schema).toMatchObject({ type: 'string', title: 'duration', examples: ['250ms', '5s', '2m'] });
    expect('5s').toMatch(new RegExp(String(schema.pattern), 'u'));
    expect('5').not.toMatch(new RegExp(String(schema.pattern), 'u'));
  });
});
