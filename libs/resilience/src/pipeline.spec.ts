import { Deadline } from '@trunkline/time';
import { createPipeline, DEFAULT_POLICY_OPTIONS, type PipelineOptions } from './pipeline';
import type { CallKind } from './pipeline/call-kind';
import type { PipelineCall } from './pipeline/pipeline-call';
import { RecordingEnvironment } from './recording-environment.fixture';

/** A call that records which steps it passes. */
class RecordingCall implements PipelineCall {
  readonly steps: string[] = [];
  readonly reason = undefined;
  readonly deadline = Deadline.in(60_000);
  attemptCount = 0;
  #hasFailed = false;

  start(): void {
    this.steps.push('total time');
  }

  startAttempt(): void {
    this.attemptCount += 1;
    this.steps.push('retry');
  }

  startAttemptTime(): void {
    this.steps.push('attempt time');
  }

  remainingMs(): number {
    return 60_000;
  }

  recordFailure(): boolean {
    const hadFailed = this.#hasFailed;
    this.#hasFailed = true;
    return hadFailed;
  }

  onCancel(): () => void {
    return () => undefined;
  }

  end(): void {
    this.steps.push('end');
  }
}

type Result = 'ok' | 'failed';

function createKind(results: Result[]): CallKind<RecordingCall, Result> {
  return {
    transport: (call) => {
      call.steps.push('transport');
      return Promise.resolve(results.shift() ?? 'ok');
    },
    injectFaults: (next) => (call) => {
      call.steps.push('fault injection');
      return next(call);
    },
    classifier: {
      isSuccess: (result) => result === 'ok',
      isRetryable: () => true,
      findRetryAfterMs: () => undefined,
      findHoldMs: () => undefined,
      toBreakerOutcome: () => 'failure',
      isHedgeable: () => true,
      isDefinitive: () => true,
    },
    rejections: {
      createOnHoldError: () => new Error('on hold'),
      createCircuitOpenError: () => new Error('circuit open'),
      createLimitedError: () => new Error('limited'),
      createOverloadedError: () => new Error('overloaded'),
      createTimeoutError: () => new Error('timeout'),
    },
    forkCall: (call) => {
      call.steps.push('hedge');
      return call;
    },
    onRetry: () => undefined,
  };
}

function createPipelineOf(results: Result[], options: Partial<PipelineOptions> = {}) {
  const { retry, retryBudget, hold, circuitBreaker, bulkhead } = DEFAULT_POLICY_OPTIONS;
  const hedge = { max: 1, afterMs: 10_000 };
  const all = { retry: { ...retry, initialMs: 1, maxMs: 1 }, retryBudget, hold, circuitBreaker, bulkhead, hedge };
  return createPipeline({ ...all, ...options }, createKind(results), new RecordingEnvironment());
}

describe('the pipeline', () => {
  it('passes a call through its steps in order', async () => {
    const call = new RecordingCall();

    const result = await createPipelineOf(['ok']).run(call);

    expect(result).toBe('ok');
    expect(call.steps).toEqual(['total time', 'retry', 'hedge', 'attempt time', 'fault injection', 'transport', 'end']);
  });

  it('repeats the steps within the retry, and none outside of it', async () => {
    const call = new RecordingCall();
    const attempt = ['retry', 'attempt time', 'fault injection', 'transport'];

    const result = await createPipelineOf(['failed', 'ok'], { hedge: undefined }).run(call);

    expect(result).toBe('ok');
    expect(call.steps).toEqual(['total time', ...attempt, ...attempt, 'end']);
  });

  it('resolves with the last result where no attempt is left', async () => {
    const pipeline = createPipelineOf(['failed', 'failed'], { retry: undefined, hedge: undefined });

    expect(await pipeline.run(new RecordingCall())).toBe('failed');
  });

  it('rejects a call at the breaker before the bulkhead and the transport', async () => {
    const circuitBreaker = { ...DEFAULT_POLICY_OPTIONS.circuitBreaker, consecutive: 1 };
    const pipeline = createPipelineOf(['failed'], { retry: undefined, hedge: undefined, circuitBreaker });
    await pipeline.run(new RecordingCall());
    const call = new RecordingCall();

    await expect(pipeline.run(call)).rejects.toThrow('circuit open');
    expect(call.steps).toEqual(['total time', 'retry', 'end']);
  });
});
