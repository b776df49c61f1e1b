import { placeholdersOf } from '../channel';
import { busPaths } from './bus-paths';
import { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { withDeprecation } from './deprecation';
import { type ErrorParts, errorResponses } from './error-responses';
import { jobPaths } from './job-paths';
import type { Info, OpenApiDocument, Operation, PathItem } from './openapi-document';
import { requestShape } from './request-shape';
import { securityOf, securitySchemes } from './security-schemes';
import { successResponses } from './success-responses';

/** What a document tells of. */
export interface OpenApiParts {
  readonly info: Info;
  /** What operations of a tag have in common, by tag: the first word of their channels' names. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly channels: readonly DescribedChannel[];
  readonly errors: ErrorParts;
}

/**
 * Describes the channels of a bus in OpenAPI 3.1: what they take, what they answer, and every error that can come of it. Nothing
 * of the inside is in it: no service, file, connection or host.
 */
export function openApiDocument({ info, channels, errors, tags: described = {} }: OpenApiParts): OpenApiDocument {
  const components = new Components();
  const paths = new Map<string, PathItem>();
  const operations = channels.map((channel) => {
    const path = commonPath(channel.path, [...paths.keys()]);
    const operation = operationOf(channel, path, { errors, components });
    paths.set(path, { ...paths.get(path), [channel.method.toLowerCase()]: operation });
    return operation;
  });
  const ownPaths = {
    ...jobPaths(channels, { tag: BUS_TAG, errors, components }),
    ...busPaths(BUS_TAG, errors, components),
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
      securitySchemes: securitySchemes(channels, errors.security),
    },
  };
}

function describeTag(name: string, described: Readonly<Record<string, string>>): OpenApiDocument['tags'][number] {
  const description = described[name] ?? (name === BUS_TAG ? 'Health of the bus, its errors and its jobs' : undefined);
  return { name, ...(description !== undefined && { description }) };
}

/** The tag of a channel: the first word of its name. */
export function tagOf(channel: string): string {
  return /^[^._\s-]*/.exec(channel)?.[0] || channel;
}

/** The tag of what the bus itself answers. */
export const BUS_TAG = 'bus';

interface Surroundings {
  readonly errors: ErrorParts;
  readonly components: Components;
}

function operationOf(channel: DescribedChannel, path: string, { errors, components }: Surroundings): Operation {
  const { name, service, description: summary = service.description ?? name, terms } = channel;
  const description = service.description === summary ? undefined : service.description;
  return {
    operationId: name,
    tags: [tagOf(name)],
    summary,
    ...withDeprecation(description, terms?.deprecated),
    ...requestShape(channel, path, components),
    security: securityOf(channel),
    responses: { ...successResponses(channel, components), ...errorResponses(channel, errors, components) },
  };
}

/** Two paths that differ in the names of their placeholders alone are one path (OpenAPI 3.1 §4.8.8). */
function commonPath(path: string, paths: readonly string[]): string {
  const shape = shapeOf(path);
  return paths.find((other) => shapeOf(other) === shape) ?? path;
}

function shapeOf(path: string): string {
  return placeholdersOf(path).reduce((shape, name) => shape.replace(`{${name}}`, '{}'), path);
}
