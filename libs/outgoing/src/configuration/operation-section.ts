import { duration } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { HTTP_METHODS } from '../request/http-method';
import { PathTemplate } from '../request/path-template';
import { emptyList } from './empty-list';
import { fixedHeaders } from './header-section';
import { onStatus } from './on-status';

const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const operation = z
  .strictObject({
    method: z.enum(HTTP_METHODS).describe('HTTP method'),
    path: z
      .string()
      .refine((path) => placeholdersOf(path) !== undefined, {
        error: 'expected a path such as /customers/{customer_id}',
      })
      .describe('Path below the url of the connection; placeholders are filled from the input'),
    query: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'Members of the input that go into the query. Default: with GET, HEAD, OPTIONS and DELETE all that the path does not take, else none',
      ),
    input: names.optional().describe('Names of the members of the input; a dash makes one optional. Default: anything'),
    output: names
      .optional()
      .describe('Names of the members of the output; a dash makes one optional. Default: anything'),
    headers: fixedHeaders.optional(),
    emptyList: emptyList.optional(),
    onStatus: onStatus.optional(),
    timeout: duration({ min: 1, max: '1d' })
      .optional()
      .describe('One attempt, to its last byte. Default: as the connection has it'),
    description: z.string().optional().describe('One sentence for people'),
  })
  .superRefine(({ path, query = [], input }, context) => {
    if (input === undefined) return;
    const known = new Set([input].flat());
    const missing = (placeholdersOf(path) ?? []).find((name) => !known.has(name));
    if (missing !== undefined) report(['path'], `expected placeholders that are in the input, as ${missing} is not`);
    const strange = query.find((name) => !known.has(name) && !known.has(`-${name}`));
    if (strange !== undefined) report(['query'], `expected names that are in the input, as ${strange} is not`);

    function report(at: string[], message: string): void {
      context.addIssue({ code: 'custom', path: at, message });
    }
  })
  .describe('A service that makes one call of the upstream');

/** Adapters without code: services by name, and what each calls. */
export const operations = z
  .record(
    z.string().refine(isServiceName, { error: 'expected the name of a service such as adapter.crm.customer.get' }),
    operation,
  )
  .describe('Adapters without code, by the name of the service');

/** An adapter without code, as it is configured. */
export type Operation = z.output<typeof operation>;

function placeholdersOf(path: string): readonly string[] | undefined {
  try {
    return new PathTemplate(path).names;
  } catch {
    // What is wrong with it is said by the schema.
    return undefined;
  }
}
