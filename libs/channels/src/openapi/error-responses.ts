import { STATUS_CODES } from 'node:http';
import { getCatalogueEntry, type ErrorFormat, type FailureCode, toSlug } from '@trunkline/failures';
import type { JsonSchema } from '@trunkline/service';
import type { Components } from './components';
import type { DescribedChannel } from './described-channel';
import type { FeatureDescription } from './describe-features';
import { type DescribedError, type ErrorCodeOptions, listErrorsByStatus } from './error-codes';
import { DESCRIBED_FORMATS, type DescribedFormat } from './error-formats';
import type { Content, Header, Reference, Response, Responses } from './openapi-document';
import { CHALLENGE_HEADER, REQUEST_ID_HEADER, RETRY_AFTER_HEADER } from './response-headers';

/** How a bus reports errors to its clients. */
export interface ErrorResponseOptions extends ErrorCodeOptions {
  /** Format of channels without `errors`. */
  readonly format: ErrorFormat;
  /** Path of the error pages; `undefined` where another host serves them. */
  readonly pagesPath: string | undefined;
}

interface ErrorResponseDependencies {
  readonly errors: ErrorResponseOptions;
  readonly components: Components;
}

/**
 * Describes the error responses of a channel in its error format: one for each status that is specific to the channel, and `default`
 * for all others.
 */
export function createErrorResponses(
  channel: DescribedChannel,
  { codes, headers }: FeatureDescription,
  { errors: options, components }: ErrorResponseDependencies,
): Responses {
  const format = DESCRIBED_FORMATS[channel.options.errors ?? options.format];
  const context = { format, options, components, featureHeaders: headers };
  const statuses = [...listErrorsByStatus(channel, codes, options)];
  return Object.fromEntries(
    statuses.map(([status, entries]) => [String(status), addErrorResponse({ status, entries }, context)]),
  );
}

/** Describes the responses of the bus itself for some codes, in the error format of the bus. */
export function createResponsesForCodes(
  codes: readonly FailureCode[],
  options: ErrorResponseOptions,
  components: Components,
): Responses {
  const context = { format: DESCRIBED_FORMATS[options.format], options, components, featureHeaders: {} };
  const all = codes.map(getCatalogueEntry);
  const statuses = [...new Set(all.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const entries = all.filter((entry) => entry.status === status);
      return [String(status), addErrorResponse({ status, entries }, context)];
    }),
  );
}

interface StatusErrors {
  readonly status: number | 'default';
  readonly entries: readonly DescribedError[];
}

interface ErrorResponseContext {
  readonly format: DescribedFormat;
  readonly options: ErrorResponseOptions;
  readonly components: Components;
  /** Headers of all responses of the channel. */
  readonly featureHeaders: Readonly<Record<string, Header>>;
}

function addErrorResponse(errors: StatusErrors, context: ErrorResponseContext): Reference {
  const { format, components } = context;
  const name = format.name + (errors.status === 'default' ? 'Default' : errors.status);
  return components.addResponse(name, createErrorResponse(errors, context));
}

function createErrorResponse(
  errors: StatusErrors,
  { format, options, components, featureHeaders }: ErrorResponseContext,
): Response {
  const { status, entries } = errors;
  const phrase = status === 'default' ? 'Any other error' : (STATUS_CODES[status] ?? 'Error');
  const lines = entries.map(({ code, title }) => `- ${formatCodeLink(code, options.pagesPath)}: ${title}`);
  const common = components.define({ name: format.name, source: format, direction: 'output' }, () => format.schema);
  return {
    description: [`${phrase}.`, '', ...lines].join('\n'),
    headers: {
      ...components.addHeaders({ ...REQUEST_ID_HEADER, ...featureHeaders }),
      ...(status === 401 && components.addHeaders(CHALLENGE_HEADER)),
      ...(entries.some(({ retry }) => retry === 'afterDelay') && components.addHeaders(RETRY_AFTER_HEADER)),
    },
    content: createErrorContent(errors, format, common),
  };
}

function formatCodeLink(code: string, pagesPath: string | undefined): string {
  return pagesPath === undefined ? `\`${code}\`` : `[\`${code}\`](${pagesPath}${toSlug(code)})`;
}

/**
 * @param common - reference to the schema of all errors of the format
 */
function createErrorContent({ status, entries }: StatusErrors, format: DescribedFormat, common: JsonSchema): Content {
  const known = [...new Set(entries.map(({ code }) => format.formatCode(code)))];
  // A service may throw undeclared errors: with a closed list, clients would reject their codes.
  const code = { anyOf: [{ enum: known }, { type: 'string' }] };
  const schema = { allOf: [common, format.narrow(code, status === 'default' ? undefined : status)] };
  return { [format.mediaType]: { schema } };
}
