import { z } from 'zod';
import { defineChannelKind } from '../../channel-kind';
import { channelFeatures, featureOptions } from '../../features';
import { coreOptions } from '../../http/channel-options';

/** One entry of `channels.rest`. */
export const restChannelOptions = z
  .strictObject({ ...coreOptions, ...featureOptions })
  .describe('Binds an HTTP method and path to a service');

/** Channels with a method and a path of their choice, and every feature. */
export const rest = defineChannelKind({
  name: 'rest',
  description: 'REST channels by name',
  schema: restChannelOptions,
  createRoutes: (options) => [{ options, features: channelFeatures }],
  readRoutes: (read) => [{ method: read('method'), path: read('path'), async: read('async') }],
});
