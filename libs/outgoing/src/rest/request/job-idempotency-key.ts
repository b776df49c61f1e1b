import { toCanonicalJson } from '@trunkline/failures';
import type { AcquiredIdempotencyKey } from '@trunkline/service';
import type { RequestBody } from './request-body';

/** What is sent to an upstream. */
export interface RequestContent extends RequestBody {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
}

/** What the key of a job's call is made of: another order of members, or of parameters of the query, is not another effect. */
export function createKeyContent(
  connection: string,
  { method, target, body, contentType }: RequestContent,
): (string | Uint8Array)[] {
  const pathEnd = target.includes('?') ? target.indexOf('?') : target.length;
  const [path, query] = [target.slice(0, pathEnd), sortParameters(target.slice(pathEnd))];
  return ['call', connection, method, path, query, contentType ?? '', canonicalizeBody(body, contentType)];
}

/**
 * Waits for the outcome of a call. One that may not have taken effect is retried with the same key, be it within the attempt.
 *
 * @throws what the call failed with
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

/** After these a client repeats the request: too early, too much, still at work on it, or an accident. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 429]);

function isOutcomeUncertain(status: number): boolean {
  return status >= 500 || RETRYABLE_STATUSES.has(status);
}

function canonicalizeBody(body: RequestBody['body'], contentType: string | undefined): string | Uint8Array {
  if (typeof body !== 'string') return body ?? '';
  if (contentType === 'application/json') return toCanonicalJson(JSON.parse(body));
  return contentType === 'application/x-www-form-urlencoded' ? sortParameters(body) : body;
}

/** Parameters by their names; those of one name stay in their order. */
function sortParameters(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return parameters.toString();
}
