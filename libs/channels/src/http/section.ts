import { defineSection } from '@trunkline/config';
import { httpServerOptions } from '@trunkline/http-server';
import { z } from 'zod';
import type { ChannelKind, ChannelRoute } from '../channel-kind';
import { channelKinds } from '../kinds';
import { openApiOptions } from '../openapi/section';

/** A route of a channel in the configuration. */
export interface ConfiguredRoute extends ChannelRoute {
  /** Name of the kind of its channel. */
  readonly kind: string;
  /** Name of its channel, unique over all kinds. */
  readonly name: string;
}

/** Creates the section `channels:` of the configuration; its value is the list of all routes. */
export function createChannelsSection(kinds: readonly ChannelKind[]) {
  const byName = Object.fromEntries(kinds.map((kind) => [kind.name, createKindSchema(kind)]));
  return defineSection({
    key: 'channels',
    schema: z.strictObject(byName).transform((routes): readonly ConfiguredRoute[] => Object.values(routes).flat()),
  });
}

/** The section `channels:` of the configuration. */
export const channelsSection = createChannelsSection(channelKinds);

/** The channels of one kind, by name. */
function createKindSchema({ name: kind, description, schema }: ChannelKind) {
  return z
    .record(z.string().min(1), schema)
    .transform((channels): ConfiguredRoute[] =>
      Object.entries(channels).flatMap(([name, routes]) => routes.map((route) => ({ kind, name, ...route }))),
    )
    .prefault({})
    .describe(description);
}

/** `bus.http`: the listener and the OpenAPI document of the channels. */
export const httpOptions = httpServerOptions.extend({
  openapi: openApiOptions
    .prefault({})
    .describe('OpenAPI document of the channels, readable for every client; off: there is none'),
});

/** `bus.http`, checked. */
export type HttpOptions = z.infer<typeof httpOptions>;
