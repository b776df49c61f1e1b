import { canonicalJson, type EffectKey } from '@trunkline/service';
import type { RequestBody } from './request-body';

/** What is sent to an upstream. */
export interface Effect extends RequestBody {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
}

/** What the key of a job's call is made of: another order of members, or of parameters of the query, is not another effect. */
export function describeEffect(
  connection: string,
  { method, target, body, contentType }: Effect,
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
export async function settleEffect<R extends { readonly data: { readonly status: number } }>(
  { giveBack }: EffectKey,
  asked: Promise<R>,
): Promise<R> {
  try {
    const response = await asked;
    if (isUncertain(response.data.status)) giveBack();
    return response;
  } catch (thrown) {
    giveBack();
    throw thrown;
  }
}

/** After these a client repeats the request: too early, too much, still at work on it, or an accident. */
const TO_REPEAT: ReadonlySet<number> = new Set([408, 409, 425, 429]);

function isUncertain(status: number): boolean {
  return status >= 500 || TO_REPEAT.has(status);
}

function canonicalizeBody(body: RequestBody['body'], contentType: string | undefined): string | Uint8Array {
  if (typeof body !== 'string') return body ?? '';
  if (contentType === 'application/json') return canonicalJson(JSON.parse(body));
  return contentType === 'application/x-www-form-urlencoded' ? sortParameters(body) : body;
}

/** Parameters by their names; those of one name stay in their order. */
function sortParameters(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return parameters.toString();
}
