import { toStorableResult } from './storable-result';
import { ResultNotStorableError } from './result-not-storable-error';
import type { JobData } from '../queues/job-data';

const DATA = { service: 'report.create' } as JobData;

describe('The result of a job', () => {
  it('cannot be an async iterable, whose items nobody would ask for', () => {
    let isStarted = false;
    async function* make() {
      isStarted = true;
      yield await Promise.resolve(1);
    }

    expect(() => toStorableResult(make(), DATA, () => undefined)).toThrow(ResultNotStorableError);
    expect(isStarted).toBe(false);
  });

  it('is dropped with a warning if JSON cannot represent it', () => {
    const warnings: string[] = [];

    expect(toStorableResult(1n, DATA, (message) => warnings.push(message))).toBeUndefined();
    expect(warnings).toEqual(['the result of a job is not stored: it is not JSON of at most 1 MiB']);
  });
});
