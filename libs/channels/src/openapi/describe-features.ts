import type { FeatureOptions, RouteFeature } from '../features';
import { createRepresentation } from '../http/create-channel';
import type { DescribedChannel } from './described-channel';
import type { OperationPart, OperationPartContext } from './operation-part';

/** A channel that a document describes, with its features in order. */
export interface DescribedRoute extends DescribedChannel<FeatureOptions> {
  readonly features: readonly RouteFeature[];
}

/** The additions of all features of a channel to its operation. */
export interface FeatureDescription extends Required<OperationPart> {
  /** Media types of successful responses. */
  readonly mediaTypes: readonly string[];
}

const NO_STYLES: FeatureDescription['queryStyles'] = new Map();

/** Collects the descriptions of the features of a channel, in order. */
export function describeFeatures(channel: DescribedRoute, context: OperationPartContext): FeatureDescription {
  const parts = channel.features.flatMap((feature) => feature.describe?.(channel, context) ?? []);
  return {
    mediaTypes: createRepresentation(channel, channel.features).mediaTypes,
    security: parts.flatMap(({ security = [] }) => security),
    isDeprecated: parts.some(({ isDeprecated = false }) => isDeprecated),
    notes: parts.flatMap(({ notes = [] }) => notes),
    parameters: parts.flatMap(({ parameters = [] }) => parameters),
    queryStyles: new Map(parts.flatMap(({ queryStyles = NO_STYLES }) => [...queryStyles])),
    bodyFormats: parts.flatMap(({ bodyFormats = [] }) => bodyFormats),
    headers: mergeRecords(parts.map(({ headers = {} }) => headers)),
    payloadHeaders: mergeRecords(parts.map(({ payloadHeaders = {} }) => payloadHeaders)),
    responses: mergeRecords(parts.map(({ responses = {} }) => responses)),
    insteadOfPayload: mergeRecords(parts.map(({ insteadOfPayload = {} }) => insteadOfPayload)),
    codes: [...new Set(parts.flatMap(({ codes = [] }) => codes))],
  };
}

function mergeRecords<T>(records: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  return Object.fromEntries(records.flatMap((record) => Object.entries(record)));
}
