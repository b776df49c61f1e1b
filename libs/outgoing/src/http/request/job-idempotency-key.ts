import { toCanonicalJson } from '@trunkline/failures';
import type { AcquiredIdempotencyKey } from '@trunkline/service';

/** The content of a request to an upstream. */
export interface RequestContent {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string | Uint8Array | undefined;
  /** Type of the body; `undefined` where there is none. */
  readonly contentType: string | undefined;
}

/** Creates the content that the key of a call in a job is derived from. The order of members and of query parameters does not matter. */
export function createKeyContent(
  connection: string,
  { method, target, body, contentType }: RequestContent,
): (string | Uint8Array)[] {
  const pathEnd = target.includes('?') ? target.indexOf('?') : target.length;
  const [path, query] = [target.slice(0, pathEnd), sortParameters(target.slice(pathEnd))];
  return ['call', connection, method, path, query, contentType ?? '', canonicalizeBody(body, contentType)];
}

/**
 * Waits for the outcome of a call, and releases its key where the call may have had no effect: a repetition then has the same key.
 *
 * @throws the failure of the call
 */
export async function releaseKeyIfUncertain<R extends { readonly status: number }>(
  { release }: AcquiredIdempotencyKey,
  pending: Promise<R>,
): Promise<R> {
  try {
    const response = await pending;
    if (isOutcomeUncertain(response.status)) release();
    return response;
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/** Statuses after which a client repeats the request. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 429]);

function isOutcomeUncertain(status: number): boolean {
  return status >= 500 || RETRYABLE_STATUSES.has(status);
}

function canonicalizeBody(body: RequestContent['body'], contentType: string | undefined): string | Uint8Array {
  if (typeof body !== 'string') return body ?? '';
  if (contentType === 'application/json') return toCanonicalJson(JSON.parse(body));
  return contentType === 'application/x-www-form-urlencoded' ? sortParameters(body) : body;
}

/** Sorts parameters by name; those of one name keep their order. */
function sortParameters(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return parameters.toString();
}
