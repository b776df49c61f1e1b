import type { CompositeOutcomes, BranchOutcome, ServiceResponse } from '@trunkline/service';

/** Longer lists of branches are cut: headers of an answer have to stay within what clients and proxies take. */
const MAX_STATUS_LENGTH = 4_096;
const TOKEN = /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/;
const STRICT_HANDLING = /(?:^|,)\s*handling\s*=\s*"?strict"?\s*(?:[;,]|$)/i;

/** Does the client want all or nothing: `Prefer: handling=strict` (RFC 7240 §4.4)? */
export function prefersStrictHandling(prefer: string | undefined): boolean {
  return prefer !== undefined && STRICT_HANDLING.test(prefer);
}

/**
 * Says in the headers of an answer whether all that was composed for it is live, and if not, what is not: structured fields
 * (RFC 9651) `Composite-Complete` and `Composite-Status`. A degraded answer is not to be stored.
 *
 * @param partialStatus - takes the place of 200 for a degraded answer
 */
export function setCompositeHeaders(
  response: ServiceResponse,
  composition: CompositeOutcomes,
  partialStatus: number,
): void {
  const leaves = [...composition.list()];
  const isComplete = leaves.every(([, { outcome }]) => outcome === 'live');
  response.headers['composite-complete'] = isComplete ? '?1' : '?0';
  if (composition.isStrict) response.headers['preference-applied'] = 'handling=strict';
  if (isComplete) return;
  response.headers['composite-status'] = formatCompositeStatus(leaves);
  response.headers['cache-control'] = 'no-store';
  if (response.statusCode === 200) response.statusCode = partialStatus;
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

/** A string of structured fields has ASCII only. */
function quoteString(text: string): string {
  return `"${text.replaceAll(/[^ -~]/g, '?').replaceAll(/["\\]/g, '\\$&')}"`;
}
