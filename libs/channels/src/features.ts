import { mergeShapes } from '@trunkline/config';
import { z } from 'zod';
import { type ChannelFeature, type DependenciesOf } from './channel-feature';
import type { CoreOptions } from './http/channel-options';
import { async } from './features/async/feature';
import { authentication } from './features/authentication/feature';
import { bodyBudget } from './features/body-budget/feature';
import { compression } from './features/compression/feature';
import { cors } from './features/cors/feature';
import { deprecation } from './features/deprecation/feature';
import { etag } from './features/etag/feature';
import { idempotency } from './features/idempotency/feature';
import { maintenance } from './features/maintenance/feature';
import { negotiation } from './features/negotiation/feature';
import { preconditions } from './features/preconditions/feature';
import { query } from './features/query/feature';
import { rateLimit } from './features/rate-limit/feature';
import { streams } from './features/streams/feature';
import { rawBody } from './features/raw-body/feature';
import { uploads } from './features/uploads/feature';
import { unknownMembers } from './features/unknown-members/feature';

/**
 * The life of a request of a channel. After maintenance, features that add headers to every response come before those that may reject
 * the request. Features that need only the head come before the body is read.
 */
const LIFE_OF_A_REQUEST = [
  // route
  maintenance,
  deprecation,
  cors,
  authentication,
  rateLimit,
  negotiation,
  preconditions,
  query,
  unknownMembers,
  bodyBudget,
  rawBody,
  uploads,
  // body
  idempotency,
  async,
  // input, invocation, output
  streams,
  etag,
  compression,
  // response
] as const;

/** The configuration keys of all features. */
export const featureOptions = mergeShapes(LIFE_OF_A_REQUEST.map(({ options }) => options));

/** The values of {@link featureOptions}. */
export type FeatureOptions = z.output<z.ZodObject<typeof featureOptions>>;

/** The options of a route that has none of the features' keys. */
export const featureDefaults: FeatureOptions = z.object(featureOptions).parse({});

/** All options of a route. */
export type ChannelOptions = CoreOptions & FeatureOptions;

/** The parts of the bus that features use. */
export type FeatureDependencies = DependenciesOf<typeof LIFE_OF_A_REQUEST>;

/** A feature as routes have it: one of the list, or one of the kind of the channel. */
export type RouteFeature = ChannelFeature<FeatureOptions, FeatureDependencies>;

/** The features of channels in the order in which a request takes them. */
export const channelFeatures: readonly RouteFeature[] = LIFE_OF_A_REQUEST;
