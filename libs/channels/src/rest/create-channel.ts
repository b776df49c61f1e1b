import type { Representation } from '@trunkline/http-server';
import { channelFeatures, type FeatureOptions } from '../features';
import type { Channel, ConfiguredChannel } from './channel';

/** Creates a channel from its configuration and the service that it leads to. */
export function createChannel(
  configured: Omit<Channel<FeatureOptions>, 'timeoutMs' | 'representation'>,
): Channel<FeatureOptions> {
  const { options, bus } = configured;
  return {
    ...configured,
    timeoutMs: options.timeout ?? bus.http.requestTimeout,
    representation: createRepresentation(configured),
  };
}

const PLAIN_JSON: Representation = {
  mediaTypes: ['application/json'],
  hasEtag: false,
  compressionThreshold: Infinity,
};

/** Creates the form of a channel's responses, as its features decide. */
export function createRepresentation(channel: ConfiguredChannel<FeatureOptions>): Representation {
  return channelFeatures.reduce((all, feature) => ({ ...all, ...feature.represent?.(channel) }), PLAIN_JSON);
}
