import { BusError, ValidationFailedError } from '@trunkline/failures';
import type { Leaf } from './composition';

/**
 * A composite could not be given, since a branch that it needs failed. It is that branch's failure, as the client is told of it,
 * and says in the member `branches` how each branch ended.
 */
export class CompositeError extends BusError {
  /** @param title - what the client reads instead of the branch's own title */
  constructor(failure: BusError, branches: readonly (readonly [path: string, leaf: Leaf])[], title?: string) {
    const { code, kind, status, detail, headers, retryAfter } = failure;
    super(failure.message, {
      code,
      kind,
      status,
      title: title ?? failure.title,
      data: { ...failure.data, ...violationsOf(failure), branches: Object.fromEntries(branches.map(toMember)) },
      headers,
      cause: failure,
      ...(detail !== undefined && { detail }),
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }
}

function violationsOf(failure: BusError): object {
  return failure instanceof ValidationFailedError ? { errors: failure.violations } : {};
}

function toMember([path, { outcome, failure }]: readonly [string, Leaf]): [string, object] {
  return [path, failure ? { outcome, code: failure.code, status: failure.status } : { outcome }];
}

/** Who is told first, when several failed: the caller's own mistake, then what may pass by itself, then the rest. */
const PRECEDENCE = [504, 503, 502, 500];

/** The failure that the client learns most from: a 4xx before 504 before 503 before 502 before 500. */
export function mostRelevant<F extends { readonly failure: BusError }>(failed: readonly F[]): F | undefined {
  return failed.toSorted((a, b) => rankOf(a.failure) - rankOf(b.failure))[0];
}

function rankOf({ status }: BusError): number {
  if (status < 500) return 0;
  const rank = PRECEDENCE.indexOf(status);
  return rank === -1 ? PRECEDENCE.length + 1 : rank + 1;
}
