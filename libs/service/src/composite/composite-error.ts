import { BusError, ValidationFailedError } from '@trunkline/failures';
import type { BranchOutcome } from './composite-outcomes';

/** A branch that made its composite fail. */
export interface FailedBranch {
  readonly failure: BusError;
  /** Title that the client reads. Default: that of the failure. */
  readonly title: string | undefined;
}

/**
 * A composite failed because a required branch failed. It has the code, status and texts of that branch's failure, and a member
 * `branches` with the outcome of each branch.
 */
export class CompositeError extends BusError {
  /** @param title - replaces the title of the branch's failure */
  constructor(
    failure: BusError,
    branches: readonly (readonly [path: string, outcome: BranchOutcome])[],
    title?: string,
  ) {
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

/** Statuses that rank after every 4xx: failures that may pass by themselves come first. */
const PRECEDENCE = [504, 503, 502, 500];

/** Finds the failure that helps the client most: a 4xx before 504 before 503 before 502 before 500. */
export function findMostRelevant<F extends { readonly failure: BusError }>(failed: readonly F[]): F | undefined {
  return failed.toSorted((a, b) => rankFailure(a.failure) - rankFailure(b.failure))[0];
}

function rankFailure({ status }: BusError): number {
  if (status < 500) return 0;
  const rank = PRECEDENCE.indexOf(status);
  return rank === -1 ? PRECEDENCE.length + 1 : rank + 1;
}
