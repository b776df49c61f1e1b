import { type WorkerCrash, RestartPolicy } from './restart-policy';

const accident: WorkerCrash = { uptimeMs: 500, isAnyListening: true, hasServed: true };
const waitsAfter = (...deaths: readonly WorkerCrash[]) => {
  const policy = new RestartPolicy();
  return deaths.map((death) => policy.recordCrash(death));
};
const many = (count: number, death: WorkerCrash) => Array.from({ length: count }, () => death);

describe('A worker that dies', () => {
  it('is replaced after a tenth of a second, twice that each further time, at most 10 s', () => {
    expect(waitsAfter(...many(9, accident))).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it('is replaced soon again when it has lived for more than 10 s', () => {
    expect(waitsAfter(accident, accident, { ...accident, uptimeMs: 10_001 })).toEqual([100, 200, 100]);
  });

  it('is not replaced when nobody has ever served', () => {
    expect(waitsAfter({ ...accident, isAnyListening: false, hasServed: false })).toEqual([undefined]);
  });

  it('is not replaced when nobody serves and it is the fifth death in a row', () => {
    const alone = { ...accident, isAnyListening: false };

    expect(waitsAfter(...many(5, alone))).toEqual([100, 200, 400, 800, undefined]);
  });

  it('is replaced again and again while others serve', () => {
    expect(waitsAfter(...many(100, accident))).not.toContain(undefined);
  });
});
