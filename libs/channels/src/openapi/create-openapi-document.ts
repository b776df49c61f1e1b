import { listPlaceholders } from '../rest/channel';
import { createBusPaths } from './bus-paths';
import { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { describeDeprecation } from './deprecation';
import { type ErrorResponseOptions, createErrorResponses } from './error-responses';
import { createJobPaths } from './job-paths';
import type { Info, OpenApiDocument, Operation, PathItem } from './openapi-document';
import { describeRequest } from './describe-request';
import { createSecurityRequirements, selectSecuritySchemes } from './security-schemes';
import { createSuccessResponses } from './success-responses';

/** What a document tells of. */
export interface OpenApiDocumentOptions {
  readonly info: Info;
  /** What operations of a tag have in common, by tag: the first word of their channels' names. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly channels: readonly DescribedChannel[];
  readonly errors: ErrorResponseOptions;
}

/**
 * Describes the channels of a bus in OpenAPI 3.1: what they take, what they answer, and every error that can come of it. Nothing
 * of the inside is in it: no service, file, connection or host.
 */
export function createOpenApiDocument({
  info,
  channels,
  errors,
  tags: described = {},
}: OpenApiDocumentOptions): OpenApiDocument {
  const components = new Components();
  const paths = new Map<string, PathItem>();
  const operations = channels.map((channel) => {
    const path = findEquivalentPath(channel.path, [...paths.keys()]);
    const operation = createOperation(channel, path, { errors, components });
    paths.set(path, { ...paths.get(path), [channel.method.toLowerCase()]: operation });
    return operation;
  });
  const ownPaths = {
    ...createJobPaths(channels, { tag: BUS_TAG, errors, components }),
    ...createBusPaths(BUS_TAG, errors, components),
  };
  const tags = [...new Set([...operations.flatMap((operation) => operation.tags), BUS_TAG])];
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/' }],
    tags: tags.map((name) => describeTag(name, described)),
    paths: { ...Object.fromEntries(paths), ...ownPaths },
    components: {
      schemas: components.schemas,
      responses: components.responses,
      headers: components.headers,
      securitySchemes: selectSecuritySchemes(channels, errors.security),
    },
  };
}

function describeTag(name: string, described: Readonly<Record<string, string>>): OpenApiDocument['tags'][number] {
  const description = described[name] ?? (name === BUS_TAG ? 'Health of the bus, its errors and its jobs' : undefined);
  return { name, ...(description !== undefined && { description }) };
}

/** The tag of a channel: the first word of its name. */
export function getTag(channel: string): string {
  return /^[^._\s-]*/.exec(channel)?.[0] || channel;
}

/** The tag of what the bus itself answers. */
export const BUS_TAG = 'bus';

interface OperationContext {
  readonly errors: ErrorResponseOptions;
  readonly components: Components;
}

function createOperation(channel: DescribedChannel, path: string, { errors, components }: OperationContext): Operation {
  const { name, service, description: summary = service.description ?? name, features } = channel;
  const description = service.description === summary ? undefined : service.description;
  return {
    operationId: name,
    tags: [getTag(name)],
    summary,
    ...describeDeprecation(description, features?.deprecated),
    ...describeRequest(channel, path, components),
    security: createSecurityRequirements(channel),
    responses: { ...createSuccessResponses(channel, components), ...createErrorResponses(channel, errors, components) },
  };
}

/** Two paths that differ in the names of their placeholders alone are one path (OpenAPI 3.1 §4.8.8). */
function findEquivalentPath(path: string, paths: readonly string[]): string {
  const shape = toPathShape(path);
  return paths.find((other) => toPathShape(other) === shape) ?? path;
}

function toPathShape(path: string): string {
  return listPlaceholders(path).reduce((shape, name) => shape.replace(`{${name}}`, '{}'), path);
}
