import { type WorkerCrash, RestartPolicy } from './restart-policy';

const crash: WorkerCrash = { uptimeMs: 500, isAnyListening: true, hasServed: true };
const delaysAfter = (...crashes: readonly WorkerCrash[]) => {
  const policy = new RestartPolicy();
  return crashes.map((each) => policy.recordCrash(each));
};
const repeat = (count: number, each: WorkerCrash) => Array.from({ length: count }, () => each);

describe('A worker that crashes', () => {
  it('is replaced after 100 ms, doubled with each crash, at most 10 s', () => {
    expect(delaysAfter(...repeat(9, crash))).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it('is replaced after 100 ms again when it ran for more than 10 s', () => {
    expect(delaysAfter(crash, crash, { ...crash, uptimeMs: 10_001 })).toEqual([100, 200, 100]);
  });

  it('is not replaced when no worker has ever listened', () => {
    expect(delaysAfter({ ...crash, isAnyListening: false, hasServed: false })).toEqual([undefined]);
  });

  it('is not replaced after the fifth crash in a row while no worker listens', () => {
    const lastWorker = { ...crash, isAnyListening: false };

    expect(delaysAfter(...repeat(5, lastWorker))).toEqual([100, 200, 400, 800, undefined]);
  });

  it('is replaced after any number of crashes while another worker listens', () => {
    expect(delaysAfter(...repeat(100, crash))).not.toContain(undefined);
  });
});
