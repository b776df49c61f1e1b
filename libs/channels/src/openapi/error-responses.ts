import { STATUS_CODES } from 'node:http';
import { entryOf, type ErrorFormat, type FailureCode, slugOf } from '@trunkline/failures';
import type { JsonSchema } from '@trunkline/service';
import type { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { type DescribedError, type ErrorFacts, errorsOf } from './error-codes';
import { DESCRIBED_FORMATS, type DescribedFormat } from './error-formats';
import type { Content, Reference, Response, Responses } from './openapi-document';
import { headersByTerms, type ResponseHeader } from './response-headers';

/** How a bus tells its clients of errors. */
export interface ErrorParts extends ErrorFacts {
  /** Of channels that say nothing. */
  readonly format: ErrorFormat;
  /** Where the pages of the errors are; `undefined` when they are elsewhere. */
  readonly pagesAt: string | undefined;
}

/**
 * The error answers of a channel, in its own format: one for each status that says something of the channel, and `default` for
 * whatever else there may be.
 */
export function errorResponses(channel: DescribedChannel, parts: ErrorParts, components: Components): Responses {
  const format = DESCRIBED_FORMATS[channel.errors ?? parts.format];
  const surroundings = { format, parts, components, byTerms: headersByTerms(channel.terms) };
  const statuses = [...errorsOf(channel, parts)];
  return Object.fromEntries(
    statuses.map(([status, entries]) => [String(status), referTo({ status, entries }, surroundings)]),
  );
}

/** The answers to some errors of the bus itself, in the bus's format. */
export function responsesTo(codes: readonly FailureCode[], parts: ErrorParts, components: Components): Responses {
  const surroundings = { format: DESCRIBED_FORMATS[parts.format], parts, components, byTerms: [] };
  const all = codes.map(entryOf);
  const statuses = [...new Set(all.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const entries = all.filter((entry) => entry.status === status);
      return [String(status), referTo({ status, entries }, surroundings)];
    }),
  );
}

interface ErrorAnswer {
  readonly status: number | 'default';
  readonly entries: readonly DescribedError[];
}

interface Surroundings {
  readonly format: DescribedFormat;
  readonly parts: ErrorParts;
  readonly components: Components;
  /** What all answers of the channel have. */
  readonly byTerms: readonly ResponseHeader[];
}

function referTo(answer: ErrorAnswer, surroundings: Surroundings): Reference {
  const { format, components } = surroundings;
  const name = format.name + (answer.status === 'default' ? 'Default' : answer.status);
  return components.response(name, responseOf(answer, surroundings));
}

function responseOf(answer: ErrorAnswer, { format, parts, components, byTerms }: Surroundings): Response {
  const { status, entries } = answer;
  const phrase = status === 'default' ? 'Any other error' : (STATUS_CODES[status] ?? 'Error');
  const lines = entries.map(({ code, title }) => `- ${linked(code, parts.pagesAt)}: ${title}`);
  const common = components.define({ name: format.name, of: format, direction: 'output' }, () => format.schema);
  return {
    description: [`${phrase}.`, '', ...lines].join('\n'),
    headers: {
      ...components.headersOf('X-Request-ID', ...byTerms),
      ...(status === 401 && components.headersOf('WWW-Authenticate')),
      ...(entries.some(({ retry }) => retry === 'afterwards') && components.headersOf('Retry-After')),
    },
    content: contentOf(answer, format, common),
  };
}

function linked(code: string, pagesAt: string | undefined): string {
  return pagesAt === undefined ? `\`${code}\`` : `[\`${code}\`](${pagesAt}${slugOf(code)})`;
}

/**
 * @param common - refers to what all errors of the format have
 */
function contentOf({ status, entries }: ErrorAnswer, format: DescribedFormat, common: JsonSchema): Content {
  const known = [...new Set(entries.map(({ code }) => format.codeIn(code)))];
  // A service may throw an error that it has not declared: a closed list would make clients refuse its code.
  const code = { anyOf: [{ enum: known }, { type: 'string' }] };
  const schema = { allOf: [common, format.narrowed(code, status === 'default' ? undefined : status)] };
  return { [format.mediaType]: { schema } };
}
