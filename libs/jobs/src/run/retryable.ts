import { type BusError, getCatalogueEntry, type FailureCode } from '@trunkline/failures';
import { isRejectedInput } from '@trunkline/service';

/**
 * Whether a job that failed like this is retried. Failures that clients may retry are, and unexpected errors, which are often
 * transient. Failures that only idempotent requests may retry are, too, because a job repeats its calls with the same
 * Idempotency-Key. An input that a service rejects is not: it would be rejected again.
 */
export function isRetryable(failure: BusError): boolean {
  if (failure.kind === 'internal') return !isRejectedInput(failure);
  if (failure.kind === 'domain')
    return failure.status >= 500 || failure.status === 429 || failure.retryAfter !== undefined;
  return findRetryRule(failure) !== 'never';
}

function findRetryRule({ code, kind, status }: BusError): 'never' | 'idempotent' | 'afterDelay' {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a code that is not in the catalogue throws
    return getCatalogueEntry(code as FailureCode).retry;
  } catch {
    // A code that `onStatus` has set.
    return kind.startsWith('upstream.') && status >= 500 ? 'afterDelay' : 'never';
  }
}
