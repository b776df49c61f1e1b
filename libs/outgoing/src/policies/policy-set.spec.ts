import { mergeShapes } from '@trunkline/config';
import {
  type CallKind,
  composePolicies,
  type EventOf,
  type OptionsOf as PipelineOptionsOf,
  POLICIES as PIPELINE_POLICIES,
  type Policy,
  type PolicyContext,
} from '@trunkline/resilience';
import { CancelScope, Deadline } from '@trunkline/time';
import { z } from 'zod';
import { RecordingLogger } from '@trunkline/testing';
import type { OutgoingPolicy } from '../outgoing-policy';
import { OUTGOING_POLICIES, policyDefaults, policyOptions } from '../policies';
import { createPolicyLogger } from './policy-log';
import { type DefaultsOf, type OptionsOf, PolicySet, type SettingsOf, type ValuesOf } from './policy-set';

interface PacingSettings {
  readonly pacing: { readonly perSecond: number };
}

const options = { pacing: z.strictObject({ perSecond: z.int() }).optional() };
const defaults = { pacing: z.strictObject({ perSecond: z.int().default(10) }).prefault({}) };

/** A policy that this spec defines. */
const pacing = {
  layer: 'pacing',
  options,
  defaults,
  isMerged: false,
  resolve: (config, byDefault) => ({ pacing: config.pacing ?? byDefault.pacing }),
  describe: (settings) => ({ pacing: settings.pacing }),
  logLines: {
    paced: { level: 'info', message: 'outgoing call was delayed' },
    'paced:burst': { level: 'warn', message: 'outgoing call was delayed by a burst', isFrequent: true },
  },
} satisfies OutgoingPolicy<ValuesOf<typeof options>, ValuesOf<typeof defaults>, PacingSettings, PacingSettings>;

const POLICIES = [pacing, ...OUTGOING_POLICIES] as const;
type Policies = typeof POLICIES;

const set = new PolicySet<ValuesOf<OptionsOf<Policies>>, ValuesOf<DefaultsOf<Policies>>, SettingsOf<Policies>>(
  POLICIES,
);
const connection = z.strictObject({ ...policyOptions, ...options });
const byDefault = z.strictObject({ ...policyDefaults, ...defaults });
const resolve = (configured: object, configuredDefaults: object = {}) =>
  set.resolve(connection.parse(configured), byDefault.parse(configuredDefaults));

interface PacedEvent {
  readonly type: 'paced';
  readonly name: string;
}

/** The step of the policy: one attempt per interval. */
const pacingStep = {
  defaults: { pacing: { perSecond: 10 } },
  createStep: <Call, Result>(
    { pacing: { perSecond } }: PacingSettings,
    { environment }: PolicyContext<Call, Result, PacedEvent>,
  ) => {
    const { clock, name, onEvent } = environment;
    let nextAtMs = 0;
    return {
      admit: () => {
        if (clock.nowMs() < nextAtMs) {
          onEvent({ type: 'paced', name });
          return new Error('too many attempts');
        }
        nextAtMs = clock.nowMs() + 1_000 / perSecond;
        return undefined;
      },
    };
  },
} satisfies Policy<PacingSettings, PacedEvent>;

const PIPELINE = [...PIPELINE_POLICIES, pacingStep] as const;

/** A pipeline with the policy, whose transport resolves at once. */
function createPipeline(settings: PipelineOptionsOf<typeof PIPELINE>) {
  let now = 0;
  const clock = { nowMs: () => now };
  const logger = new RecordingLogger();
  const log = createPolicyLogger(logger, clock, set.logLines);
  const onEvent = (event: EventOf<typeof PIPELINE>) => log(event);
  const environment = { name: 'CRM', clock, random: () => 0.5, onEvent };
  const advance = (ms: number) => void (now += ms);
  return { logger, advance, pipeline: composePolicies(PIPELINE, settings, { kind: createKind(), environment }) };
}

function createKind(): CallKind<ReturnType<typeof createCall>, string> {
  return {
    transport: () => Promise.resolve('ok'),
    classifier: {
      isSuccess: () => true,
      isRetryable: () => false,
      findRetryAfterMs: () => undefined,
      findHoldMs: () => undefined,
      toBreakerOutcome: () => 'cancelled',
      isHedgeable: () => false,
      isDefinitive: () => true,
    },
    rejections: {
      createOnHoldError: () => new Error('on hold'),
      createCircuitOpenError: () => new Error('circuit open'),
      createLimitedError: () => new Error('limited'),
      createOverloadedError: () => new Error('overloaded'),
      createTimeoutError: () => new Error('timeout'),
    },
    forkCall: (call) => call,
    onRetry: () => undefined,
  };
}

const scope = new CancelScope(Deadline.in(60_000), () => new Error('expired'));
afterAll(() => scope.close());

function createCall() {
  return {
    attemptCount: 1,
    deadline: scope.deadline,
    reason: undefined,
    onCancel: () => () => undefined,
    start: () => undefined,
    startAttempt: () => undefined,
    startAttemptTime: () => undefined,
    remainingMs: () => 60_000,
    recordFailure: () => false,
    end: () => undefined,
  };
}

describe('a policy in the list', () => {
  it('has a step in the pipeline with the configured settings, and logs what that decides', async () => {
    const { pipeline, logger, advance } = createPipeline(resolve({ pacing: { perSecond: 2 } }));

    await pipeline.run(createCall());
    advance(499);
    await expect(pipeline.run(createCall())).rejects.toThrow('too many attempts');
    advance(1);
    expect(await pipeline.run(createCall())).toBe('ok');
    expect(logger.lines).toEqual(['info: outgoing call was delayed']);
  });

  it.each([
    [{ pacing: { perSecond: 5 } }, { pacing: { perSecond: 7 } }, 5],
    [{}, { pacing: { perSecond: 7 } }, 7],
    [{}, {}, 10],
  ])(
    'resolves its settings from a connection with %j and defaults with %j',
    (configured, configuredDefaults, expected) => {
      expect(resolve(configured, configuredDefaults).pacing).toEqual({ perSecond: expected });
    },
  );

  it('leaves the settings of the others as they are', () => {
    expect(resolve({ hold: 'off' })).toMatchObject({ totalMs: 15_000, hold: undefined, bulkhead: { concurrent: 64 } });
  });

  it('has its part of reports', () => {
    expect(set.describe(resolve({}))).toMatchObject({ pacing: { perSecond: 10 }, total: '15s', hedge: 'off' });
  });

  it('has its layer of explanations, in the order of the list', () => {
    expect(set.layers.slice(0, 3)).toEqual([
      ['pacing', ['pacing']],
      ['whole call', ['total']],
      ['retry', ['retry', 'idempotent']],
    ]);
    expect(set.unmergedKeys).toEqual(['pacing', 'hedge', 'limit']);
  });

  it('has a log line for each of its events, which may depend on the reason', () => {
    const logger = new RecordingLogger();
    const log = createPolicyLogger(logger, { nowMs: () => 0 }, set.logLines);

    log({ type: 'paced', name: 'CRM' });
    log({ type: 'paced', name: 'CRM', reason: 'burst' });
    log({ type: 'unknown', name: 'CRM' });

    expect(logger.lines).toEqual(['info: outgoing call was delayed', 'warn: outgoing call was delayed by a burst']);
  });

  it('has keys that no other policy has', () => {
    expect(() => mergeShapes([policyOptions, { hold: z.string() }])).toThrow(TypeError);
  });
});
