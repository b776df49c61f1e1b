import { defaultRepeatStrategy } from 'bullmq';
import { isCron, isTimeZone, nextTick } from './cron';

describe('a cron pattern', () => {
  it.each(['0 2 * * *', '*/5 * * * 1-5', '30 0 2 * * *'])('can be %s', (text) => expect(isCron(text)).toBe(true));

  it.each(['', '2 * *', '61 * * * *', '0 0 31 2 *', '@daily', 'every day at two'])('cannot be %s', (text) =>
    expect(isCron(text)).toBe(false),
  );

  it.each([
    [
      'a time that there is not on the day is as much later',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    [
      'a time that there is twice on the day is its first',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
  ])('fires once on a day on which the clock changes: %s', (_rule, from, expected) => {
    const nextMillis = (millis: number) =>
      defaultRepeatStrategy(millis, { pattern: '30 2 * * *', tz: 'Europe/Berlin' }) ?? 0;
    const first = nextMillis(Date.parse(from));

    const ticks = [first, nextMillis(first)];

    expect(ticks.map((tick) => new Date(tick).toISOString().slice(0, 16))).toEqual(expected);
  });

  it('is read in its time zone, and neither skips nor doubles a day when the clock changes', () => {
    const daysOf = (from: string) => {
      const first = nextTick('30 2 * * *', 'Europe/Stockholm', new Date(from));
      const second = first && nextTick('30 2 * * *', 'Europe/Stockholm', first);
      return [first, second].map((date) => date?.toISOString().slice(0, 10));
    };

    expect(daysOf('2026-03-28T12:00:00Z')).toEqual(['2026-03-29', '2026-03-30']);
    expect(daysOf('2026-10-24T12:00:00Z')).toEqual(['2026-10-25', '2026-10-26']);
  });
});

describe('a time zone', () => {
  it('is one that this machine knows', () => {
    expect(isTimeZone('Europe/Stockholm')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
