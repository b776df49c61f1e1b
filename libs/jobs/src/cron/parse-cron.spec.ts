import { findCronMistake } from './check-cron';
import { findNextTick } from './next-tick';
import { parseCron } from './parse-cron';
import { TimeZone } from './time-zone';

const parseMinutes = (pattern: string, seed = '') => parseCron(pattern, seed).minutes;
const parseWeekdays = (pattern: string) => parseCron(pattern, '').daysOfWeek.values;

describe('a cron pattern', () => {
  it.each([
    '0 2 * * *',
    '*/5 * * * 1-5',
    '30 0 2 * * *',
    '*/10,30-35 * * * * *',
    '* * * * * MON-SUN',
    '0 0 L * *',
    '0 0 29 2 *',
  ])('can be %s', (text) => expect(findCronMistake(text)).toBeUndefined());

  it.each([
    ['', /expected five fields.*got 1 field$/],
    ['2 * *', /got 3 fields/],
    ['61 * * * *', /^minute `61`: expected 0 to 59/],
    ['0 0 31 2 *', /no date ever matches/],
    ['@reboot', /expected one of the macros @yearly/],
    ['@every 5m', /`every: 5m`/],
    ['0 0 LW * *', /^day of month `LW`: W \(the nearest weekday\) is not supported/],
    ['0 0 * * MON-FRIL', /^day of week `MON-FRIL`: L follows one day/],
    ['0 0 L-2 * *', /^day of month `L-2`/],
    ['0 0 * * MONDAY', /^day of week `MONDAY`/],
    ['0 22-2 * * *', /^hour `22-2`: the range ends before it starts; write 22-23,0-2/],
    ['0 0 * * 1#6', /^day of week `1#6`: expected 1 to 5/],
    ['1,,2 * * * *', /^minute ``: expected a value/],
    ['0 0 * FOO *', /^month `FOO`: expected 1 to 12 or JAN to DEC/],
  ])('cannot be %s, and the error names field and reason', (text, reason) => {
    expect(findCronMistake(text)).toMatch(reason);
  });

  it.each(['*/90 * * * *', '* */61 * * * *', '0 */25 * * *', '10-20/15 * * * *', '50/15 * * * *', '0/0 * * * *'])(
    'cannot have a step longer than its range: %s',
    (text) => expect(findCronMistake(text)).toMatch(/step/),
  );

  it.each([
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
  ])('can be the macro %s', (macro, pattern) => {
    const tick = (text: string) => findNextTick(parseCron(text, ''), new TimeZone('UTC'), Date.parse('2026-05-05'));

    expect(tick(macro)).toBe(tick(pattern));
  });

  it.each([
    ['0 0 * * 0,7', [0]],
    ['0 0 * * FRI-MON', [0, 1, 5, 6]],
    ['0 0 * * FRI-MON/2', [0, 5]],
    ['0 0 * * 5-7', [0, 5, 6]],
    ['0 0 * * 7-2', [0, 1, 2]],
    ['0 0 * * sat-sun', [0, 6]],
    ['0 0 * * 7/2', [0, 2, 4, 6]],
  ])('has ranges of weekdays that wrap around, with 0 and 7 for Sunday: %s', (pattern, days) => {
    expect(parseWeekdays(pattern)).toEqual(days);
  });

  it('has a set of values in each field, whatever their order and repetitions', () => {
    expect(parseMinutes('35,*/20,30-35,20 * * * *')).toEqual([0, 20, 30, 31, 32, 33, 34, 35, 40]);
  });
});

describe('H in a cron pattern', () => {
  it('is one fixed value for each schedule, and differs between schedules', () => {
    const values = ['a', 'b', 'c', 'd', 'e'].map((name) => parseMinutes('H 2 * * *', name));

    expect(values).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => parseMinutes('H 2 * * *', name)));
    expect(values.every(({ length }) => length === 1)).toBe(true);
    expect(new Set(values.flat()).size).toBeGreaterThan(1);
  });

  it('is the start of a step, and stays in a range', () => {
    const [first = 0, ...more] = parseMinutes('H/15 * * * *', 'a.schedule');

    expect(first).toBeLessThan(15);
    expect(more).toEqual([first + 15, first + 30, first + 45]);
    expect(Math.trunc((parseMinutes('H(20-29) * * * *', 'a.schedule')[0] ?? 0) / 10)).toBe(2);
    expect(findCronMistake('H(50-70) * * * *')).toMatch(/^minute `H\(50-70\)`/);
  });

  it('is a day that every month has', () => {
    const days = Array.from({ length: 100 }, (_, index) => parseCron('0 0 H * *', `s${index}`).daysOfMonth.values[0]);

    expect(Math.max(...days.map(Number))).toBeLessThanOrEqual(28);
  });
});
