import { parseJobOptions } from './parse-job-options';

describe('the options of a job', () => {
  it('are parsed to milliseconds', () => {
    const options = { delay: '2s', backoff: { initial: '1s', max: 60_000 }, timeout: '1m', attempts: 3 };

    expect(parseJobOptions(options)).toMatchObject({
      delayMs: 2_000,
      backoff: { initialMs: 1_000, maxMs: 60_000 },
      timeoutMs: 60_000,
      attempts: 3,
    });
  });

  it.each([
    [{ attempts: 0 }, 'attempts is a whole number from 1 to 100, not 0'],
    [{ attempts: 1.5 }, 'attempts is a whole number from 1 to 100, not 1.5'],
    [{ priority: -1 }, 'priority is a whole number from 0 to 2097151, not -1'],
    [{ deduplicationId: 'a b' }, 'deduplicationId is 1 to 128 letters, digits, dots, underscores and hyphens'],
    [{ delay: 'soon' }, "expected milliseconds or a duration such as '250ms', '5s', '2m', '1h' or '1d', got \"soon\""],
  ])('are rejected if invalid: %j', (options, message) => {
    expect(() => parseJobOptions(options)).toThrow(new RangeError(message));
  });
});
