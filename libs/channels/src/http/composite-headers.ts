import type { CompositeOutcomes, BranchOutcome, ServiceResponse } from '@trunkline/service';

/** Longer lists of branches are cut, since clients and proxies limit the size of response headers. */
const MAX_STATUS_LENGTH = 4_096;
const TOKEN = /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/;
/** Headers that name a version (RFC 9110 §8.8). */
const VALIDATORS: ReadonlySet<string> = new Set(['etag', 'last-modified']);
const STRICT_HANDLING = /(?:^|,)\s*handling\s*=\s*"?strict"?\s*(?:[;,]|$)/i;

/** Whether the client accepts complete results only: `Prefer: handling=strict` (RFC 7240 §4.4). */
export function prefersStrictHandling(prefer: string | undefined): boolean {
  return prefer !== undefined && STRICT_HANDLING.test(prefer);
}

/**
 * Sets the response headers that report whether all branches of composites are live, and which are not: `Composite-Complete` and
 * `Composite-Status`, as structured fields (RFC 9651). Caches must not store a degraded response, and it is no version of the resource:
 * the validators that the service has set are removed.
 *
 * @param partialStatus - replaces 200 in a degraded response
 * @returns whether the response is degraded
 */
export function setCompositeHeaders(
  response: ServiceResponse,
  composition: CompositeOutcomes,
  partialStatus: number,
): boolean {
  const leaves = [...composition.list()];
  const isComplete = leaves.every(([, { outcome }]) => outcome === 'live');
  response.headers['composite-complete'] = isComplete ? '?1' : '?0';
  if (composition.isStrict) response.headers['preference-applied'] = 'handling=strict';
  if (isComplete) return false;
  response.headers['composite-status'] = formatCompositeStatus(leaves);
  response.headers['cache-control'] = 'no-store';
  removeValidators(response);
  if (response.statusCode === 200) response.statusCode = partialStatus;
  return true;
}

function removeValidators({ headers }: ServiceResponse): void {
  for (const name of Object.keys(headers))
    if (VALIDATORS.has(name.toLowerCase())) Reflect.deleteProperty(headers, name);
}

function formatCompositeStatus(leaves: readonly (readonly [path: string, leaf: BranchOutcome])[]): string {
  let status = '';
  for (const [path, { outcome, failure }] of leaves) {
    const code = failure ? `;code="${failure.code}"` : '';
    const member = `${TOKEN.test(path) ? path : quoteString(path)};${outcome}${code}`;
    if (status.length + member.length > MAX_STATUS_LENGTH) break;
    status += status === '' ? member : `, ${member}`;
  }
  return status;
}

/** Formats a string of structured fields, which is ASCII. */
function quoteString(text: string): string {
  return `"${text.replaceAll(/[^ -~]/g, '?').replaceAll(/["\\]/g, '\\$&')}"`;
}
