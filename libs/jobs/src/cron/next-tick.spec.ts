import fc from 'fast-check';
import { findNextTick } from './next-tick';
import { parseCron } from './parse-cron';
import { isTimeZone, TimeZone } from './time-zone';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function listTicks(pattern: string, zone: string, from: string, count: number): string[] {
  const cron = parseCron(pattern, 'a.schedule');
  const ticks: string[] = [];
  let at: number | undefined = Date.parse(from);
  while (at !== undefined && ticks.length < count) {
    at = findNextTick(cron, new TimeZone(zone), at);
    if (at !== undefined) ticks.push(new Date(at).toISOString().slice(0, 16));
  }
  return ticks;
}

describe('a schedule in the skipped hour', () => {
  it.each([
    ['0 0 * * *', 'America/Havana', '2026-03-07T12:00Z', ['2026-03-08T05:00', '2026-03-09T04:00']],
    ['0 0 * * *', 'Asia/Beirut', '2026-03-28T12:00Z', ['2026-03-28T22:00', '2026-03-29T21:00']],
    ['0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00Z', ['2026-04-23T22:00', '2026-04-24T21:00']],
    ['0 0 * * *', 'America/Santiago', '2026-09-05T12:00Z', ['2026-09-06T04:00', '2026-09-07T03:00']],
    ['0 0 29 3 *', 'Asia/Beirut', '2026-03-01T12:00Z', ['2026-03-28T22:00', '2027-03-28T21:00']],
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['*/15 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:00']],
    ['10 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z', ['2026-10-03T15:30', '2026-10-04T15:10']],
    ['0 12 30 12 *', 'Pacific/Apia', '2011-12-29T00:00Z', ['2011-12-30T10:00', '2012-12-29T22:00']],
  ])('fires once, at the first instant after the gap: %s in %s', (pattern, zone, from, expected) => {
    expect(listTicks(pattern, zone, from, 2)).toEqual(expected);
  });
});

describe('a schedule in the repeated hour', () => {
  it.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T01:00Z', ['2026-10-26T01:30', '2026-10-27T01:30']],
    ['30 0 * * *', 'America/Havana', '2026-10-31T12:00Z', ['2026-11-01T04:30', '2026-11-02T05:30']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00Z', ['2026-04-04T14:45', '2026-04-05T15:15']],
  ])('fires only the first time: %s in %s after %s', (pattern, zone, from, expected) => {
    expect(listTicks(pattern, zone, from, 2)).toEqual(expected);
  });
});

it.each([
  ['30 * * * *', '2026-03-28T23:45Z', ['2026-03-29T00:30', '2026-03-29T01:30', '2026-03-29T02:30']],
  ['*/30 * * * *', '2026-10-25T00:10Z', ['2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30']],
])('a schedule of every hour follows elapsed hours: %s', (pattern, from, expected) => {
  expect(listTicks(pattern, 'Europe/Berlin', from, 3)).toEqual(expected);
});

it('a schedule has a next tick whether a clock change is near or far', () => {
  expect(listTicks('0 3 * * *', 'Australia/Lord_Howe', '2026-10-02T17:00Z', 200)).toHaveLength(200);
  expect(listTicks('0 0 29 2 *', 'Australia/Lord_Howe', '2026-10-02T17:00Z', 1)).toEqual(['2028-02-28T13:00']);
});

it.each([
  ['0 0 L * *', ['2026-02-28T00:00', '2026-03-31T00:00']],
  ['0 0 * * FRIL', ['2026-02-27T00:00', '2026-03-27T00:00']],
  ['0 0 * * MON#2', ['2026-02-09T00:00', '2026-03-09T00:00']],
  ['0 0 13 * FRI', ['2026-02-06T00:00', '2026-02-13T00:00']],
  ['0 0 ? 2 1#5', ['2044-02-29T00:00', '2072-02-29T00:00']],
  ['30 59 23 31 12 *', ['2026-12-31T23:59', '2027-12-31T23:59']],
])('a schedule fires on the days of its pattern: %s', (pattern, expected) => {
  expect(listTicks(pattern, 'UTC', '2026-02-01T12:00Z', 2)).toEqual(expected);
});

/** Zones with changes at midnight, of half an hour, of two hours, before midnight, twice around Ramadan, and one without changes. */
const ZONES = [
  ['America/Havana', '2026-03-08', '2026-11-01'],
  ['Asia/Beirut', '2026-03-28', '2026-10-24'],
  ['Africa/Cairo', '2026-04-23', '2026-10-29'],
  ['America/Santiago', '2026-09-06', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-03', '2026-04-04'],
  ['Europe/Berlin', '2026-03-29', '2026-10-25'],
  ['America/New_York', '2026-03-08', '2026-11-01'],
  ['America/St_Johns', '2026-03-08', '2026-11-01'],
  ['Antarctica/Troll', '2026-03-29', '2026-10-25'],
  ['Atlantic/Azores', '2026-03-29', '2026-10-25'],
  ['America/Nuuk', '2026-03-28', '2026-10-24'],
  ['Africa/Casablanca', '2026-03-22', '2026-02-15'],
  ['Pacific/Auckland', '2026-09-26', '2026-04-04'],
  ['Asia/Kathmandu', '2026-03-29', '2026-10-25'],
] as const;

interface LocalMinute {
  readonly atMs: number;
  /** Local time as if it were UTC, in minutes. */
  readonly local: number;
}

/** Lists the local times of a zone, minute by minute, two days around a date. */
function walkMinutes(zone: string, date: string): readonly LocalMinute[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const from = Date.parse(`${date}T00:00Z`) - 1.5 * DAY_MS;
  return Array.from({ length: (4 * DAY_MS) / MINUTE_MS }, (_, index) => {
    const atMs = from + index * MINUTE_MS;
    return { atMs, local: Date.parse(`${format.format(atMs).replace(' ', 'T')}Z`) / MINUTE_MS };
  });
}

interface Times {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly weekdays: readonly number[];
}

function matches({ minutes, hours, weekdays }: Times, local: number): boolean {
  const date = new Date(local * MINUTE_MS);
  return (
    minutes.includes(date.getUTCMinutes()) && hours.includes(date.getUTCHours()) && weekdays.includes(date.getUTCDay())
  );
}

/** Finds the ticks by checking every minute. */
function walkTicks(walk: readonly LocalMinute[], times: Times): number[] {
  const isInterval = times.hours.length === 24;
  let latest = (walk[0]?.local ?? 0) - 1;
  return walk.flatMap(({ atMs, local }) => {
    const skipped = local > latest ? Array.from({ length: local - latest }, (_, index) => latest + 1 + index) : [];
    latest = Math.max(latest, local);
    const due = isInterval ? [local] : skipped;
    return due.some((minute) => matches(times, minute)) ? [atMs] : [];
  });
}

const subset = (size: number) => fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 4 });
const all = (size: number) => fc.constant(Array.from({ length: size }, (_, index) => index));

it.each(ZONES)('the ticks equal those found by checking every minute: %s', (zone, ...dates) => {
  const walks = dates.map((date) => walkMinutes(zone, date));
  const clock = new TimeZone(zone);
  const times = fc.record({
    minutes: fc.oneof(subset(60), fc.constant([0]), fc.constant([0, 15, 30, 45])),
    hours: fc.oneof(subset(24), subset(4), all(24)),
    weekdays: fc.oneof({ arbitrary: all(7), weight: 3 }, { arbitrary: subset(7), weight: 1 }),
  });

  fc.assert(
    fc.property(fc.constantFrom(...walks), times, (walk, parts) => {
      const { minutes, hours, weekdays } = parts;
      const cron = parseCron(`${minutes.join()} ${hours.join()} * * ${weekdays.join()}`, '');
      const [first, last] = [walk[0]?.atMs ?? 0, walk.at(-1)?.atMs ?? 0];
      const found: number[] = [];
      for (let at = findNextTick(cron, clock, first - 1); at !== undefined && at <= last;)
        at = findNextTick(cron, clock, found[found.push(at) - 1] ?? last);
      expect(found.map(toUtcText)).toEqual(walkTicks(walk, parts).map(toUtcText));
    }),
    { numRuns: 25 },
  );
});

function toUtcText(ms: number): string {
  return new Date(ms).toISOString();
}

describe('a time zone', () => {
  it('is valid if the time zone data of this machine contains it', () => {
    expect(isTimeZone('Europe/Stockholm')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
