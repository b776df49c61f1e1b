import { z } from 'zod';
import { RecordingLogger } from '@trunkline/testing';
import type { OutgoingPolicy } from '../outgoing-policy';
import { mergeShapes } from '../merge-shapes';
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

describe('a policy in the list', () => {
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
    expect(set.unmergedKeys).toEqual(['pacing', 'hedge']);
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
