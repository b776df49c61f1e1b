import { type ErrorFormat, toFlatCode } from '@trunkline/failures';
import type { JsonSchema } from '@trunkline/service';

/** How the error answers of one format are described. */
export interface DescribedFormat {
  /** Of its schema, and of the answers that have it. */
  readonly name: string;
  readonly mediaType: string;
  /** What all bodies of the format have in common. */
  readonly schema: JsonSchema;
  /** What only those have that tell of these codes. */
  readonly narrow: (codes: JsonSchema, status: number | undefined) => JsonSchema;
  readonly formatCode: (code: string) => string;
}

const TEXT: JsonSchema = { type: 'string' };
const DETAIL: JsonSchema = { ...TEXT, description: 'One sentence on this very occurrence' };
const EXCEPTION_STATUS: JsonSchema = { ...TEXT, description: 'What the application says in an exception of its own' };
const REQUEST_ID: JsonSchema = { ...TEXT, description: 'By which the log knows this request' };
const RETRY_AFTER: JsonSchema = { type: 'integer', minimum: 0, description: 'Seconds after which to try again' };
const ERROR_COUNT: JsonSchema = {
  type: 'integer',
  description: 'How many values are invalid, where not all are listed',
};

/** The formats, as `libs/failures/src/formats` writes them. Facts of a failure are members beside those that are named. */
export const DESCRIBED_FORMATS: Readonly<Record<ErrorFormat, DescribedFormat>> = {
  problem: {
    name: 'Problem',
    mediaType: 'application/problem+json',
    formatCode: (code) => code,
    schema: {
      type: 'object',
      description: 'What went wrong (RFC 9457)',
      properties: {
        type: { ...TEXT, format: 'uri-reference', description: 'Leads to a page that explains this error' },
        title: TEXT,
        status: { anyOf: [{ type: 'integer' }, EXCEPTION_STATUS], description: 'The HTTP status' },
        detail: DETAIL,
        instance: { ...TEXT, format: 'uri' },
        code: TEXT,
        request_id: REQUEST_ID,
        retry_after: RETRY_AFTER,
        errors: createListSchema({ pointer: TEXT, field: TEXT, detail: TEXT, rule: TEXT }, [
          'pointer',
          'field',
          'detail',
          'rule',
        ]),
        error_count: ERROR_COUNT,
      },
      required: ['type', 'title', 'status', 'instance', 'code', 'request_id'],
    },
    narrow: (code, status) => ({
      properties: { ...(status !== undefined && { status: createStatusSchema(status) }), code },
    }),
  },
  envelope: {
    name: 'ErrorEnvelope',
    mediaType: 'application/json',
    formatCode: (code) => code,
    schema: {
      type: 'object',
      description: 'What went wrong',
      properties: {
        error: {
          type: 'object',
          properties: {
            code: TEXT,
            message: TEXT,
            detail: DETAIL,
            details: createListSchema({ field: TEXT, issue: TEXT }, ['field', 'issue']),
            error_count: ERROR_COUNT,
            retry_after: RETRY_AFTER,
            request_id: REQUEST_ID,
            timestamp: { ...TEXT, format: 'date-time' },
          },
          required: ['code', 'message', 'request_id', 'timestamp'],
        },
      },
      required: ['error'],
    },
    narrow: (code) => ({ properties: { error: { properties: { code } } } }),
  },
  flat: {
    name: 'FlatError',
    mediaType: 'application/json',
    formatCode: toFlatCode,
    schema: {
      type: 'object',
      description: 'What went wrong',
      properties: {
        error: TEXT,
        error_description: TEXT,
        detail: DETAIL,
        validation_errors: createListSchema({ field: TEXT, message: TEXT }, ['field', 'message']),
        error_count: ERROR_COUNT,
        retry_after: RETRY_AFTER,
        request_id: REQUEST_ID,
      },
      required: ['error', 'error_description', 'request_id'],
    },
    narrow: (error) => ({ properties: { error } }),
  },
};

function createStatusSchema(status: number): JsonSchema {
  return { anyOf: [{ const: status }, { type: 'string' }] };
}

function createListSchema(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'array', items: { type: 'object', properties, required } };
}
