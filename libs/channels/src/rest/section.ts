import { defineSection } from '@trunkline/config';
import { httpServerOptions } from '@trunkline/http-server';
import { z } from 'zod';
import { channelFeatures, featureOptions } from '../features';
import { openApiOptions } from '../openapi/section';
import { coreOptions, findDestinationProblems } from './channel-options';

/** One entry of `channels.rest`. */
export const channelOptions = z
  .strictObject({ ...coreOptions, ...featureOptions })
  .superRefine((options, context) => {
    const problems = channelFeatures.flatMap((feature) => feature.findProblems?.(options) ?? []);
    for (const { key, message } of [...findDestinationProblems(options), ...problems]) {
      context.addIssue({ code: 'custom', path: key === undefined ? [] : [key], message });
    }
  })
  .describe('Binds an HTTP method and path to a service');

/** The section `channels:` of the configuration. */
export const channelsSection = defineSection({
  key: 'channels',
  schema: z.strictObject({
    rest: z.record(z.string().min(1), channelOptions).default({}).describe('REST channels by name'),
  }),
});

/** `bus.http`: the listener and the OpenAPI document of the channels. */
export const httpOptions = httpServerOptions.extend({
  openapi: openApiOptions
    .prefault({})
    .describe('OpenAPI document of the channels, readable for every client; off: there is none'),
});

/** `bus.http`, checked. */
export type HttpOptions = z.infer<typeof httpOptions>;
