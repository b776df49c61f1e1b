import { CountingScope } from '../counting-scope.fixture';
import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Gate } from '../policy/gate';
import { admitAttempts } from './admit-attempts';

class Call extends CountingScope implements PipelineCall {
  readonly attemptCount = 1;
  start(): void {}
  startAttempt(): void {}
  startAttemptTime(): void {}
  end(): void {}
  remainingMs(): number {
    return 60_000;
  }
  recordFailure(): boolean {
    return false;
  }
}

type TestGate = Gate<Call, string, string>;

/** A gate that records what happens to it. Its permits have its name. */
function createGate(name: string, record: string[], behaviour: Partial<TestGate> = {}): TestGate {
  return {
    admit: () => {
      record.push(`admit ${name}`);
      return name;
    },
    findRejection: () => {
      record.push(`recheck ${name}`);
      return undefined;
    },
    withdraw: (permit) => void record.push(`withdraw ${permit}`),
    settle: (permit, _call, failed) => void record.push(`settle ${permit}: ${failed ? 'failed' : 'success'}`),
    ...behaviour,
  };
}

function createStep(gates: readonly TestGate[], record: string[], outcome: () => Promise<string>) {
  const classifier = {
    isSuccess: (result: string) => result === 'ok',
    isRetryable: () => false,
    findRetryAfterMs: () => undefined,
    findHoldMs: () => undefined,
    toBreakerOutcome: () => 'failure' as const,
    isHedgeable: () => false,
    isDefinitive: () => true,
  };
  return admitAttempts<Call, string>(
    gates,
    classifier,
  )(() => {
    record.push('attempt');
    return outcome();
  });
}

const succeed = () => Promise.resolve('ok');

describe('gates of an attempt', () => {
  it.each([
    ['succeeds', succeed, 'success'],
    ['ends with a failed result', () => Promise.resolve('unavailable'), 'failed'],
    ['fails', () => Promise.reject(new Error('reset')), 'failed'],
  ])('admit it from the outside in, and get their permits back when it %s', async (_case, outcome, settled) => {
    const record: string[] = [];
    const step = createStep([createGate('outer', record), createGate('inner', record)], record, outcome);

    await step(new Call()).catch(() => undefined);

    expect(record).toEqual([
      'admit outer',
      'admit inner',
      'attempt',
      `settle outer: ${settled}`,
      `settle inner: ${settled}`,
    ]);
  });

  it('get their permits back unused where a gate further in rejects it', async () => {
    const record: string[] = [];
    const closed = createGate('inner', record, { admit: () => new Error('closed') });
    const step = createStep([createGate('outer', record), closed], record, succeed);

    await expect(step(new Call())).rejects.toThrow('closed');
    expect(record).toEqual(['admit outer', 'withdraw outer']);
  });

  it('check again in reverse order once it has been queued', async () => {
    const record: string[] = [];
    const queue = createGate('queue', record, { admit: () => Promise.resolve('queue') });
    const gates = [createGate('first', record), createGate('second', record), queue, createGate('last', record)];

    await createStep(gates, record, succeed)(new Call());

    expect(record.slice(0, 6)).toEqual([
      'admit first',
      'admit second',
      'recheck second',
      'recheck first',
      'admit last',
      'attempt',
    ]);
  });

  it('reject it where one has closed while it was queued', async () => {
    const record: string[] = [];
    const closing = createGate('outer', record, { findRejection: () => new Error('closed meanwhile') });
    const queue = createGate('queue', record, { admit: () => Promise.resolve('queue') });

    await expect(createStep([closing, queue], record, succeed)(new Call())).rejects.toThrow('closed meanwhile');
    expect(record).toEqual(['admit outer', 'withdraw outer', 'withdraw queue']);
  });

  it('get their permits back even where one of them throws', async () => {
    const record: string[] = [];
    const faulty = createGate('faulty', record, {
      settle: () => {
        throw new Error('faulty classifier');
      },
    });
    const step = createStep([faulty, createGate('inner', record)], record, succeed);

    await expect(step(new Call())).rejects.toThrow('faulty classifier');
    expect(record.at(-1)).toBe('settle inner: success');
  });
});
