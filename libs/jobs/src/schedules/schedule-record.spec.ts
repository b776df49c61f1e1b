import { isMissed, createScheduleRecord } from './schedule-record';

const config = { every: 60_000, timezone: 'UTC', service: 'a.b', missed: 'skip', overlap: 'queue' } as const;

describe('the plan of a schedule', () => {
  it('is told from the plan before by any change', () => {
    expect(createScheduleRecord({ ...config }).digest).toBe(createScheduleRecord(config).digest);
    expect(createScheduleRecord({ ...config, overlap: 'skip' }).digest).not.toBe(createScheduleRecord(config).digest);
  });

  it('takes a tick for missed that is later than half a minute, or than the time between ticks', () => {
    expect(isMissed(createScheduleRecord(config), 29_000)).toBe(false);
    expect(isMissed(createScheduleRecord(config), 31_000)).toBe(true);
    expect(isMissed(createScheduleRecord({ ...config, every: 1_000 }), 1_500)).toBe(true);
  });
});
