import { type ErrorFormat, toFlatCode } from '@trunkline/failures';
import type { JsonSchema } from '@trunkline/service';

/** The description of an error format. */
export interface DescribedFormat {
  /** Name of its schema, and prefix of the names of its responses. */
  readonly name: string;
  readonly mediaType: string;
  /** The schema of all bodies. */
  readonly schema: JsonSchema;
  /** Creates the schema of bodies with some codes. */
  readonly narrow: (codes: JsonSchema, status: number | undefined) => JsonSchema;
  readonly formatCode: (code: string) => string;
}

const TEXT: JsonSchema = { type: 'string' };
const DETAIL: JsonSchema = { ...TEXT, description: 'One sentence about this occurrence' };
const EXCEPTION_STATUS: JsonSchema = { ...TEXT, description: 'Set by an exception of the application' };
const REQUEST_ID: JsonSchema = { ...TEXT, description: 'Identifies the request in the log' };
const RETRY_AFTER: JsonSchema = { type: 'integer', minimum: 0, description: 'Seconds to wait before a retry' };
const ERROR_COUNT: JsonSchema = {
  type: 'integer',
  description: 'Number of invalid values, if not all are listed',
};

/** The error formats. Facts of a failure are further members of the body. */
export const DESCRIBED_FORMATS: Readonly<Record<ErrorFormat, DescribedFormat>> = {
  problem: {
    name: 'Problem',
    mediaType: 'application/problem+json',
    formatCode: (code) => code,
    schema: {
      type: 'object',
      description: 'An error (RFC 9457)',
      properties: {
        type: { ...TEXT, format: 'uri-reference', description: 'URL of a page that explains the error' },
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
      description: 'An error',
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
      description: 'An error',
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
