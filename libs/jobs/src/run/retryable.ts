import { type BusError, getCatalogueEntry, type FailureCode } from '@trunkline/failures';
import { isRejectedInput } from '@trunkline/service';

/**
 * May a job that failed like this be tried again? What a caller may send again after a while may be tried again (DESIGN,
 * section 5), and what is nobody's declared failure, since a program's accidents often pass. An input that a service refuses does
 * not: it will be refused again. A job repeats its calls with the same
 * Idempotency-Key, so that those which only idempotent requests may repeat are among them.
 */
export function isRetryable(failure: BusError): boolean {
  if (failure.kind === 'internal') return !isRejectedInput(failure);
  if (failure.kind === 'domain')
    return failure.status >= 500 || failure.status === 429 || failure.retryAfter !== undefined;
  return findRetryRule(failure) !== 'never';
}

function findRetryRule({ code, kind, status }: BusError): 'never' | 'idempotent' | 'afterwards' {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one that is not the bus's is refused
    return getCatalogueEntry(code as FailureCode).retry;
  } catch {
    // `onStatus` has given it a code of its own.
    return kind.startsWith('upstream.') && status >= 500 ? 'afterwards' : 'never';
  }
}
