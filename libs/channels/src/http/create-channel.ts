import type { Representation } from '@trunkline/http-server';
import type { FeatureOptions, RouteFeature } from '../features';
import type { Channel, ConfiguredChannel } from './channel';

/** A channel with the features that its requests take, in order. */
export interface RoutedChannel extends Channel<FeatureOptions> {
  readonly features: readonly RouteFeature[];
}

/** Creates a channel from one of its routes and the service that it leads to. */
export function createChannel(configured: Omit<RoutedChannel, 'timeoutMs' | 'representation'>): RoutedChannel {
  const { options, bus, features } = configured;
  return {
    ...configured,
    timeoutMs: options.timeout ?? bus.http.requestTimeout,
    representation: createRepresentation(configured, features),
  };
}

const PLAIN_JSON: Representation = {
  mediaTypes: ['application/json'],
  etag: 'none',
  compressionThreshold: Infinity,
};

/** Creates the form of a channel's responses, as its features decide. */
export function createRepresentation(
  channel: ConfiguredChannel<FeatureOptions>,
  features: readonly RouteFeature[],
): Representation {
  return features.reduce((all, feature) => ({ ...all, ...feature.represent?.(channel) }), PLAIN_JSON);
}
