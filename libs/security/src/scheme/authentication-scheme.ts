import { BusError } from '@trunkline/failures';
import type { Caller } from '../caller';
import type { Client } from '../client/client';
import type { RequestCredentials } from './request-credentials';

/** Error codes of rejected credentials. */
export type RejectionCode = 'INVALID_AUTH_HEADER' | 'INVALID_TOKEN' | 'INVALID_CREDENTIALS' | 'TOKEN_EXPIRED';

/** The result of a scheme for a request. */
export type AuthenticationResult =
  | { readonly outcome: 'authenticated'; readonly caller: Caller }
  /** The request has no credentials of this kind. */
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'rejected'; readonly code: RejectionCode; readonly cause?: Error }
  /** The check itself failed. */
  | { readonly outcome: 'failed'; readonly failure: BusError };

/** A way to authenticate, created from a security definition. */
export interface AuthenticationScheme {
  /** The header with the credentials, in lower case; `undefined` if they are not in a header. */
  readonly header: string | undefined;
  /** The challenge in `WWW-Authenticate` (RFC 9110 §11.6.1), with parameters other than the realm. */
  readonly challenge: { readonly scheme: string; readonly parameters: string };
  /**
   * Checks the credentials of a request. Returns a promise only if the check is asynchronous.
   *
   * @param value - value of {@link header}
   */
  check(
    value: string | undefined,
    presented: RequestCredentials,
    client: Client,
  ): AuthenticationResult | Promise<AuthenticationResult>;
}

export const NO_CREDENTIALS: AuthenticationResult = { outcome: 'missing' };
export const INVALID_HEADER: AuthenticationResult = { outcome: 'rejected', code: 'INVALID_AUTH_HEADER' };

/** Creates the result of a look-up, synchronous or asynchronous. */
export function createLookupResult(
  found: Caller | undefined | Promise<Caller | undefined>,
  code: RejectionCode,
): AuthenticationResult | Promise<AuthenticationResult> {
  if (found instanceof Promise) return found.then((caller) => createCallerResult(caller, code), createFailureResult);
  return createCallerResult(found, code);
}

/** Creates the result of a failed check. @throws any value that is not a failure of the bus */
export function createFailureResult(thrown: unknown): AuthenticationResult {
  if (thrown instanceof BusError) return { outcome: 'failed', failure: thrown };
  throw thrown;
}

function createCallerResult(caller: Caller | undefined, code: RejectionCode): AuthenticationResult {
  return caller ? { outcome: 'authenticated', caller } : { outcome: 'rejected', code };
}
