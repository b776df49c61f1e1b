import type { MergedShapes } from '@trunkline/config';
import type { z } from 'zod';
import type { LogLine, OutgoingPolicy } from '../outgoing-policy';

/** The values of configuration keys. */
export type ValuesOf<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** A policy of any keys and settings. */
type AnyPolicy = OutgoingPolicy<never, never, never>;

/** The keys of a connection that the policies of a list have. */
export type OptionsOf<Policies extends readonly AnyPolicy[]> = MergedShapes<Policies[number]['options']>;

/** The keys of `outgoing.defaults` that the policies of a list have. */
export type DefaultsOf<Policies extends readonly AnyPolicy[]> = MergedShapes<Policies[number]['defaults']>;

/** The settings of the policies of a list. */
export type SettingsOf<Policies extends readonly AnyPolicy[]> = MergedShapes<
  Parameters<Policies[number]['describe']>[0]
>;

/** A name, and the keys that belong to it. */
export type PolicyLayer = readonly [layer: string, keys: readonly string[]];

/** An ordered list of policies, as one: settings, reports and log lines. */
export class PolicySet<in Config, in Defaults, in out Settings extends object> {
  /** The layers of a call, the outermost first. */
  readonly layers: readonly PolicyLayer[];
  /** Keys of which a connection takes no part from the defaults. */
  readonly unmergedKeys: readonly string[];
  /** Log lines by type of event, or by type and reason. */
  readonly logLines: ReadonlyMap<string, LogLine>;

  constructor(private readonly policies: readonly OutgoingPolicy<Config, Defaults, Settings>[]) {
    this.layers = policies.map(({ layer, options }) => [layer, Object.keys(options)]);
    this.unmergedKeys = policies.filter(({ isMerged }) => !isMerged).flatMap(({ options }) => Object.keys(options));
    this.logLines = new Map(policies.flatMap(({ logLines }) => Object.entries(logLines)));
  }

  /** Resolves the settings of a connection. */
  resolve(config: Config, defaults: Defaults): Settings {
    const settings: object = Object.assign({}, ...this.policies.map((policy) => policy.resolve(config, defaults)));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of the settings is made of those that the policies resolve
    return settings as Settings;
  }

  /** Describes the settings in the notation of the configuration. */
  describe(settings: Settings): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.policies.flatMap((policy) => Object.entries(policy.describe(settings))));
  }
}
