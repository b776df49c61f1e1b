import { createJobPaths } from '../features/async/job-paths';
import { listPlaceholders } from '../http/channel';
import { createBusPaths } from './bus-paths';
import { Components } from './components';
import { type DescribedRoute, type FeatureDescription, describeFeatures } from './describe-features';
import type { OpenApiDocumentOptions } from './document-options';
import { type ErrorResponseOptions, createErrorResponses } from './error-responses';
import type { OpenApiDocument, Operation, PathItem } from './openapi-document';
import type { OperationPartContext } from './operation-part';
import { describeRequest } from './describe-request';
import { selectSecuritySchemes } from './security-schemes';
import { createSuccessResponses } from './success-responses';
import { BUS_TAG, getTag } from './tag';

/** See `createOpenApiDocument`. */
export function composeDocument({
  info,
  channels,
  security,
  errors,
  tags: described = {},
}: OpenApiDocumentOptions): OpenApiDocument {
  const components = new Components();
  const paths = new Map<string, PathItem>();
  const ids = new Set<string>();
  const operations = channels.map((channel) => {
    const { method, path: channelPath } = channel.options;
    const path = findEquivalentPath(channelPath, [...paths.keys()]);
    const operationId = createOperationId(channel, ids);
    const operation = { operationId, ...createOperation(channel, path, { errors, security, components }) };
    paths.set(path, { ...paths.get(path), [method.toLowerCase()]: operation });
    return operation;
  });
  const busPaths = {
    ...createJobPaths(channels, { tag: BUS_TAG, errors, components }),
    ...createBusPaths(BUS_TAG, errors, components),
  };
  const tags = [...new Set([...operations.flatMap((operation) => operation.tags), BUS_TAG])];
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/' }],
    tags: tags.map((name) => describeTag(name, described)),
    paths: { ...Object.fromEntries(paths), ...busPaths },
    components: {
      schemas: components.schemas,
      responses: components.responses,
      headers: components.headers,
      securitySchemes: selectSecuritySchemes(operations, security),
    },
  };
}

function describeTag(name: string, described: Readonly<Record<string, string>>): OpenApiDocument['tags'][number] {
  const description = described[name] ?? (name === BUS_TAG ? 'Health, errors and jobs of the bus' : undefined);
  return { name, ...(description !== undefined && { description }) };
}

interface OperationContext extends OperationPartContext {
  readonly errors: ErrorResponseOptions;
}

/** A further route of a channel has its method in the id, since ids are unique (OpenAPI 3.1 §4.8.10.1). */
function createOperationId({ name, options }: DescribedRoute, taken: Set<string>): string {
  const id = taken.has(name) ? `${name}.${options.method.toLowerCase()}` : name;
  taken.add(id);
  return id;
}

function createOperation(
  channel: DescribedRoute,
  path: string,
  context: OperationContext,
): Omit<Operation, 'operationId'> {
  const { name, service, options } = channel;
  const { components } = context;
  const features = describeFeatures(channel, context);
  const summary = options.description ?? service.description ?? name;
  return {
    tags: [getTag(name)],
    summary,
    ...(features.isDeprecated && { deprecated: true }),
    ...createDescription(service.description === summary ? undefined : service.description, features),
    ...describeRequest(channel, path, { features, components }),
    security: features.security,
    responses: {
      ...createSuccessResponses(channel, features, components),
      ...createErrorResponses(channel, features, context),
    },
  };
}

function createDescription(
  description: string | undefined,
  { notes }: FeatureDescription,
): Pick<Operation, 'description'> {
  const paragraphs = description === undefined ? notes : [description, ...notes];
  return paragraphs.length === 0 ? {} : { description: paragraphs.join('\n\n') };
}

/** Paths that differ only in the names of their placeholders are one path (OpenAPI 3.1 §4.8.8). */
function findEquivalentPath(path: string, paths: readonly string[]): string {
  const shape = toPathShape(path);
  return paths.find((other) => toPathShape(other) === shape) ?? path;
}

function toPathShape(path: string): string {
  return listPlaceholders(path).reduce((shape, name) => shape.replace(`{${name}}`, '{}'), path);
}
