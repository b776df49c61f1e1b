import { BusError, ValidationFailedError } from '@trunkline/failures';
import type { BranchOutcome } from './composite-outcomes';

/**
 * A composite could not be given, since a branch that it needs failed. It is that branch's failure, as the client is told of it,
 * and says in the member `branches` how each branch ended.
 */
export class CompositeError extends BusError {
  /** @param title - what the client reads instead of the branch's own title */
  constructor(failure: BusError, branches: readonly (readonly [path: string, leaf: BranchOutcome])[], title?: string) {
    const { code, kind, status, detail, headers, retryAfter } = failure;
    super(failure.message, {
      code,
      kind,
      status,
      title: title ?? failure.title,
      data: { ...failure.data, ...toErrorsMember(failure), branches: Object.fromEntries(branches.map(toBranchMember)) },
      headers,
      cause: failure,
      ...(detail !== undefined && { detail }),
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }
}

function toErrorsMember(failure: BusError): object {
  return failure instanceof ValidationFailedError ? { errors: failure.violations } : {};
}

function toBranchMember([path, { outcome, failure }]: readonly [string, BranchOutcome]): [string, object] {
  return [path, failure ? { outcome, code: failure.code, status: failure.status } : { outcome }];
}

/** Who is told first, when several failed: the caller's own mistake, then what may pass by itself, then the rest. */
const PRECEDENCE = [504, 503, 502, 500];

/** The failure that the client learns most from: a 4xx before 504 before 503 before 502 before 500. */
export function findMostRelevant<F extends { readonly failure: BusError }>(failed: readonly F[]): F | undefined {
  return failed.toSorted((a, b) => rankFailure(a.failure) - rankFailure(b.failure))[0];
}

function rankFailure({ status }: BusError): number {
  if (status < 500) return 0;
  const rank = PRECEDENCE.indexOf(status);
  return rank === -1 ? PRECEDENCE.length + 1 : rank + 1;
}
