import { isMissed, createScheduleRecord } from './schedule-record';

const config = { every: 60_000, timezone: 'UTC', service: 'a.b', missed: 'skip', overlap: 'queue' } as const;

describe('the record of a schedule', () => {
  it('has another digest after any change', () => {
    expect(createScheduleRecord({ ...config }).digest).toBe(createScheduleRecord(config).digest);
    expect(createScheduleRecord({ ...config, overlap: 'skip' }).digest).not.toBe(createScheduleRecord(config).digest);
  });

  it('counts a tick as missed that is later than 30 s, or than the interval', () => {
    expect(isMissed(createScheduleRecord(config), 29_000)).toBe(false);
    expect(isMissed(createScheduleRecord(config), 31_000)).toBe(true);
    expect(isMissed(createScheduleRecord({ ...config, every: 1_000 }), 1_500)).toBe(true);
  });
});
