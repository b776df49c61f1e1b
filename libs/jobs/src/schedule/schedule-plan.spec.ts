import { isMissed, planOf } from './schedule-plan';

const config = { every: 60_000, timezone: 'UTC', service: 'a.b', missed: 'skip', overlap: 'queue' } as const;

describe('the plan of a schedule', () => {
  it('is told from the plan before by any change', () => {
    expect(planOf({ ...config }).digest).toBe(planOf(config).digest);
    expect(planOf({ ...config, overlap: 'skip' }).digest).not.toBe(planOf(config).digest);
  });

  it('takes a tick for missed that is later than half a minute, or than the time between ticks', () => {
    expect(isMissed(planOf(config), 29_000)).toBe(false);
    expect(isMissed(planOf(config), 31_000)).toBe(true);
    expect(isMissed(planOf({ ...config, every: 1_000 }), 1_500)).toBe(true);
  });
});
