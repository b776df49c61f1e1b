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

/** How a bus tells its clients of errors. */
export interface ErrorResponseOptions extends ErrorCodeOptions {
  /** Of channels that say nothing. */
  readonly format: ErrorFormat;
  /** Where the pages of the errors are; `undefined` when they are elsewhere. */
  readonly pagesPath: string | undefined;
}

interface ErrorResponseDependencies {
  readonly errors: ErrorResponseOptions;
  readonly components: Components;
}

/**
 * The error answers of a channel, in its own format: one for each status that says something of the channel, and `default` for
 * whatever else there may be.
 */
export function createErrorResponses(
  channel: DescribedChannel,
  { codes, headers }: FeatureDescription,
  { errors: options, components }: ErrorResponseDependencies,
): Responses {
  const format = DESCRIBED_FORMATS[channel.options.errors ?? options.format];
  const surroundings = { format, options, components, featureHeaders: headers };
  const statuses = [...listErrorsByStatus(channel, codes, options)];
  return Object.fromEntries(
    statuses.map(([status, entries]) => [String(status), addErrorResponse({ status, entries }, surroundings)]),
  );
}

/** The answers to some errors of the bus itself, in the bus's format. */
export function createResponsesForCodes(
  codes: readonly FailureCode[],
  options: ErrorResponseOptions,
  components: Components,
): Responses {
  const surroundings = { format: DESCRIBED_FORMATS[options.format], options, components, featureHeaders: {} };
  const all = codes.map(getCatalogueEntry);
  const statuses = [...new Set(all.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const entries = all.filter((entry) => entry.status === status);
      return [String(status), addErrorResponse({ status, entries }, surroundings)];
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
  /** What all answers of the channel have. */
  readonly featureHeaders: Readonly<Record<string, Header>>;
}

function addErrorResponse(answer: StatusErrors, surroundings: ErrorResponseContext): Reference {
  const { format, components } = surroundings;
  const name = format.name + (answer.status === 'default' ? 'Default' : answer.status);
  return components.addResponse(name, createErrorResponse(answer, surroundings));
}

function createErrorResponse(
  answer: StatusErrors,
  { format, options, components, featureHeaders }: ErrorResponseContext,
): Response {
  const { status, entries } = answer;
  const phrase = status === 'default' ? 'Any other error' : (STATUS_CODES[status] ?? 'Error');
  const lines = entries.map(({ code, title }) => `- ${formatCodeLink(code, options.pagesPath)}: ${title}`);
  const common = components.define({ name: format.name, source: format, direction: 'output' }, () => format.schema);
  return {
    description: [`${phrase}.`, '', ...lines].join('\n'),
    headers: {
      ...components.addHeaders({ ...REQUEST_ID_HEADER, ...featureHeaders }),
      ...(status === 401 && components.addHeaders(CHALLENGE_HEADER)),
      ...(entries.some(({ retry }) => retry === 'afterwards') && components.addHeaders(RETRY_AFTER_HEADER)),
    },
    content: createErrorContent(answer, format, common),
  };
}

function formatCodeLink(code: string, pagesAt: string | undefined): string {
  return pagesAt === undefined ? `\`${code}\`` : `[\`${code}\`](${pagesAt}${toSlug(code)})`;
}

/**
 * @param common - refers to what all errors of the format have
 */
function createErrorContent({ status, entries }: StatusErrors, format: DescribedFormat, common: JsonSchema): Content {
  const known = [...new Set(entries.map(({ code }) => format.formatCode(code)))];
  // A service may throw an error that it has not declared: a closed list would make clients refuse its code.
  const code = { anyOf: [{ enum: known }, { type: 'string' }] };
  const schema = { allOf: [common, format.narrow(code, status === 'default' ? undefined : status)] };
  return { [format.mediaType]: { schema } };
}
