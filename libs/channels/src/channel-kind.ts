import type { ConfigPath, ConfigProblem, LoadedConfig } from '@trunkline/config';
import { z } from 'zod';
import type { ChannelOptions, RouteFeature } from './features';
import { findDestinationProblems } from './http/channel-options';

/**
 * A type of channel, such as `rest`: its section of the configuration, and the routes that each of its channels becomes. A kind is a
 * folder of `kinds/` and a line of `kinds.ts`; configuration, routing, OpenAPI and commands go over that list.
 *
 * Create one with {@link defineChannelKind}.
 */
export interface ChannelKind {
  /** Key below `channels` in the configuration. */
  readonly name: string;
  /** One sentence for the reference of the configuration. */
  readonly description: string;
  /** Parses one channel of the configuration to its routes. */
  readonly schema: z.ZodType<readonly ChannelRoute[]>;
  /**
   * Reads the routes of a channel as the files have them, valid or not, so that a mistake in a channel does not hide that its path is
   * taken.
   *
   * @param read - reads the value of a key of the channel
   */
  readonly readRoutes: (read: (key: string) => unknown) => readonly UncheckedRoute[];
  /** Finds what is wrong between a channel and the rest of the configuration, besides names, routes and security. */
  readonly findProblems?: (config: LoadedConfig, channel: ConfigPath) => readonly ConfigProblem[];
}

/** What a channel of any kind becomes: a method and a path that lead to a service, through a list of features. */
export interface ChannelRoute {
  /** Options as those of a REST channel; of features that the route does not have, the defaults. */
  readonly options: ChannelOptions;
  /** The features in the order in which a request takes them. A feature of the kind itself knows the options of its channel. */
  readonly features: readonly RouteFeature[];
  /** Whether the OpenAPI document leaves the route out, since its requests do not reach the service. */
  readonly isUndocumented?: boolean;
}

/** A route before validation. */
export interface UncheckedRoute {
  readonly method: unknown;
  readonly path: unknown;
  /** Whether requests can become jobs: `true`, `false` or `optional`. */
  readonly async: unknown;
}

/** What a kind is made of. */
interface ChannelKindDefinition<Options> extends Omit<ChannelKind, 'schema'> {
  /** Schema of one channel: a strict object whose keys are described. */
  readonly schema: z.ZodType<Options>;
  /** Creates the routes of a channel, at least one. Must not have side effects. */
  readonly createRoutes: (options: Options) => readonly ChannelRoute[];
}

/** Defines a kind of channel. Keys of a channel that contradict each other, by its destination or a feature, are problems of the channel. */
export function defineChannelKind<Options>({
  schema,
  createRoutes,
  ...kind
}: ChannelKindDefinition<Options>): ChannelKind {
  const checked = schema.superRefine((options, context) => {
    for (const { key, message } of createRoutes(options).flatMap(findOptionProblems)) {
      context.addIssue({ code: 'custom', path: key === undefined ? [] : [key], message });
    }
  });
  return { ...kind, schema: checked.transform(createRoutes) };
}

function findOptionProblems({ options, features }: ChannelRoute) {
  return [...findDestinationProblems(options), ...features.flatMap((feature) => feature.findProblems?.(options) ?? [])];
}
