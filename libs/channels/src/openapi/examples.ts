import type { ChannelExample } from './section';
import type { DescribedChannel } from './described-channel';
import type { Examples } from './openapi-document';

interface WithExamples {
  readonly examples?: Examples;
}

/** Collects the examples of one member of the input, for a parameter. */
export function collectMemberExamples(channel: DescribedChannel, member: string): WithExamples {
  return collectExamples(channel, ({ input }) => (isObject(input) ? Reflect.get(input, member) : undefined));
}

/** Collects the examples of a body: the input without the members that are in the path. */
export function collectBodyExamples(channel: DescribedChannel, placeholders: readonly string[]): WithExamples {
  return collectExamples(channel, ({ input }) => {
    if (!isObject(input) || Array.isArray(input)) return input;
    return Object.fromEntries(Object.entries(input).filter(([name]) => !placeholders.includes(name)));
  });
}

/** Collects the examples of a successful response. */
export function collectOutputExamples(channel: DescribedChannel): WithExamples {
  return collectExamples(channel, ({ output }) => output);
}

function collectExamples(
  { options: { examples = {} } }: DescribedChannel,
  read: (example: ChannelExample) => unknown,
): WithExamples {
  const found = Object.entries(examples).flatMap(([name, example]) => {
    const value = read(example);
    const { summary } = example;
    return value === undefined ? [] : [[name, { ...(summary !== undefined && { summary }), value }] as const];
  });
  return found.length === 0 ? {} : { examples: Object.fromEntries(found) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
