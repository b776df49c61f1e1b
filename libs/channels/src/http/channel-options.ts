import { duration } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { channelExamples } from '../openapi/section';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** A placeholder is a whole segment, so that a path has only one interpretation. */
const PATH = /^(?:\/(?:\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z0-9._~!$&'()*+,;=:@-]*))+$/;

/** Format of error responses: `problem` is RFC 9457. */
export const errorFormat = z
  .enum(['problem', 'envelope', 'flat'])
  .describe('Format of error responses; problem is RFC 9457, application/problem+json');

/** The keys of a channel that belong to no feature: its route, its destination and its documentation. */
export const coreOptions = {
  method: z.enum(METHODS).describe('HTTP method. A GET channel also accepts HEAD'),
  path: z
    .string()
    .regex(PATH, 'expected a path such as /api/customer/{customer_id}, where a placeholder is a whole segment')
    .refine((path) => hasUniquePlaceholders(path), 'expected placeholders with different names')
    .describe('Path, case-sensitive; {name} matches one segment and becomes a member of the input'),
  service: z
    .string()
    .refine(isServiceName, 'expected the name of a service, such as customer.get')
    .optional()
    .describe('Name of the service that handles requests'),
  topic: z
    .string()
    .min(1)
    .optional()
    .describe('Instead of a service: topic that bodies are published to; 202 once each subscriber has its job'),
  errors: errorFormat.optional(),
  timeout: duration({ min: 1 }).optional().describe('Longest time to a response. Default: bus.http.requestTimeout'),
  description: z.string().optional().describe('One sentence for readers of the API'),
  examples: channelExamples.optional(),
};

/** The values of {@link coreOptions}. */
export type CoreOptions = z.output<z.ZodObject<typeof coreOptions>>;

/** A key of a channel that contradicts another one. */
export interface OptionProblem {
  /** Default: the channel itself. */
  readonly key?: string;
  /** What is expected. */
  readonly message: string;
}

/** Finds what is wrong with the destination of a channel: it has a service or a topic, and a topic takes bodies only. */
export function findDestinationProblems({ method, path, service, topic }: CoreOptions): OptionProblem[] {
  if (topic === undefined) return service === undefined ? [{ message: NO_DESTINATION }] : [];
  const problems: OptionProblem[] = [];
  if (service !== undefined) problems.push({ key: 'topic', message: 'expected a service or a topic, not both' });
  if (method !== 'POST' && method !== 'PUT') {
    problems.push({ key: 'method', message: 'expected POST or PUT: the body is published to the topic' });
  }
  if (path.includes('{')) {
    problems.push({ key: 'path', message: 'expected no placeholder: only the body is published to the topic' });
  }
  return problems;
}

const NO_DESTINATION =
  'expected `service`, the name of the service that handles requests, or `topic`, which bodies are published to';

function hasUniquePlaceholders(path: string): boolean {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return new Set(names).size === names.length;
}
