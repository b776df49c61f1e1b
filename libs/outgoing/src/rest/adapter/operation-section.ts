import { duration } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { HTTP_METHODS } from '../../http/request/http-method';
import { bodyFormat } from '../formats/body-format';
import { expectation } from '../formats/expectation';
import { emptyList } from '../request/empty-list';
import { configuredHeaders } from '../../http/request/header-section';
import { members } from './members-section';
import { onStatus } from './on-status';
import { findMistakes, listPathPlaceholders } from './operation-members';

const operation = z
  .strictObject({
    method: z.enum(HTTP_METHODS).describe('HTTP method'),
    path: z
      .string()
      .refine((path) => listPathPlaceholders(path) !== undefined, {
        error: 'expected a path such as /customers/{customer_id}',
      })
      .describe('Path below the url of the connection; placeholders are filled from the input'),
    query: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'Members of the input that go into the query. Default: with GET, HEAD, OPTIONS and DELETE all that are not in the path, otherwise none',
      ),
    input: members
      .optional()
      .describe(
        'Members of the input: names of strings, or names with their types such as { quantity: integer }; a dash makes one optional. Default: anything',
      ),
    output: members
      .optional()
      .describe('Members of the output, in the notation of `input`; others are left out. Default: anything'),
    headers: configuredHeaders
      .optional()
      .describe('Headers of every request; placeholders in their values are filled from the input'),
    format: bodyFormat.optional(),
    expect: expectation.optional(),
    emptyList: emptyList.optional(),
    onStatus: onStatus.optional(),
    timeout: duration({ min: 1, max: '1d' })
      .optional()
      .describe('Time limit of one attempt, to its last byte. Default: that of the connection'),
    description: z.string().optional().describe('One sentence for people'),
  })
  .superRefine((configured, context) => {
    for (const { at, message } of findMistakes(configured)) {
      context.addIssue({ code: 'custom', path: [...at], message });
    }
  })
  .describe('A service that makes one call of the upstream');

/** Adapters without code: operations by the name of their service. */
export const operations = z
  .record(
    z.string().refine(isServiceName, { error: 'expected the name of a service such as adapter.crm.customer.get' }),
    operation,
  )
  .describe('Adapters without code, by the name of the service');

/** The configuration of an adapter without code. */
export type Operation = z.output<typeof operation>;
