import { createLogger } from '@trunkline/telemetry';
import { Writable } from 'node:stream';
import { type JobData, jobData } from '../queues/job-data';
import { UnknownServiceError } from './unknown-service-error';
import { UnknownServicePolicy } from './unknown-service-policy';

const DATA: JobData = jobData.parse({
  service: 'gone',
  cid: 'CID',
  attempts: 5,
  backoff: { initialMs: 1_000, maxMs: 1_000 },
  timeoutMs: 1_000,
});

const lines: string[] = [];
let nowMs = 0;

function createPolicy(deadLetterAfterMs: number): UnknownServicePolicy {
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return new UnknownServicePolicy({
    deadLetterAfterMs,
    logger: createLogger({ destination }),
    nowMs: () => nowMs,
  });
}

describe('a job whose service this host does not have', () => {
  beforeEach(() => {
    lines.length = 0;
    nowMs = 1_000_000;
  });

  it('is released with short delays between longer and longer ones, until its time limit', () => {
    const policy = createPolicy(60_000);
    const delays: number[] = [];
    let data = DATA;

    const release = () => {
      const released = policy.planRelease(data, 1);
      data = released.data;
      delays.push(released.delayMs);
      nowMs += released.delayMs;
    };
    for (let times = 0; times < 84; times++) release();

    const long = [1_000, 1_500, 3_250, ...Array.from({ length: 10 }, () => 5_000), 750];
    expect(delays).toEqual(long.flatMap((delayMs) => [50, 50, 50, 50, 50, delayMs]));
    expect(release).toThrow(UnknownServiceError);
  });

  it('gets the whole time limit again in its next attempt', () => {
    const policy = createPolicy(60_000);
    const { data } = policy.planRelease(DATA, 1);
    nowMs += 60_000;

    expect(policy.planRelease(data, 2).data.unknown).toEqual({ attempt: 2, sinceMs: nowMs, handovers: 1 });
  });

  it('causes one warning a minute for each service', () => {
    const policy = createPolicy(3_600_000);

    for (const afterMs of [0, 59_000, 1_000]) {
      nowMs += afterMs;
      policy.planRelease(DATA, 1);
      policy.planRelease({ ...DATA, service: 'gone.too' }, 1);
    }

    const warned = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(warned.map(({ level, service }) => [level, service])).toEqual([
      ['warn', 'gone'],
      ['warn', 'gone.too'],
      ['warn', 'gone'],
      ['warn', 'gone.too'],
    ]);
  });
});
