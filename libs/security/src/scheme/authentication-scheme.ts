import type { IncomingMessage } from 'node:http';
import { BusError } from '@trunkline/failures';
import type { Caller } from '../caller';
import type { Client } from '../client/client';

/** Of a request, what callers can be known by. */
export type RequestCredentials = Pick<IncomingMessage, 'rawHeaders' | 'socket'>;

/** Codes of credentials that were shown and are not good. */
export type RejectionCode = 'INVALID_AUTH_HEADER' | 'INVALID_TOKEN' | 'INVALID_CREDENTIALS' | 'TOKEN_EXPIRED';

/** What a scheme makes of a request. */
export type AuthenticationResult =
  | { readonly outcome: 'known'; readonly caller: Caller }
  /** The request has no credentials of this kind. */
  | { readonly outcome: 'none' }
  | { readonly outcome: 'refused'; readonly code: RejectionCode; readonly cause?: Error }
  /** Whether they are good could not be found out. */
  | { readonly outcome: 'failed'; readonly failure: BusError };

/** One way to be known: what a security definition becomes. */
export interface AuthenticationScheme {
  /** The header that carries the credentials, in lower case; `undefined` where it is none. */
  readonly header: string | undefined;
  /** What it is called in `WWW-Authenticate` (RFC 9110 §11.6.1), with parameters other than the realm. */
  readonly challenge: { readonly scheme: string; readonly parameters: string };
  /**
   * A promise only where there is something to wait for.
   *
   * @param value - of the header
   */
  check(
    value: string | undefined,
    presented: RequestCredentials,
    client: Client,
  ): AuthenticationResult | Promise<AuthenticationResult>;
}

export const NO_CREDENTIALS: AuthenticationResult = { outcome: 'none' };
export const INVALID_HEADER: AuthenticationResult = { outcome: 'refused', code: 'INVALID_AUTH_HEADER' };

/** The verdict on a caller that was looked up, now or later. */
export function createLookupResult(
  found: Caller | undefined | Promise<Caller | undefined>,
  code: RejectionCode,
): AuthenticationResult | Promise<AuthenticationResult> {
  if (found instanceof Promise) return found.then((caller) => createCallerResult(caller, code), createFailureResult);
  return createCallerResult(found, code);
}

/** @throws what is not a failure of the bus */
export function createFailureResult(thrown: unknown): AuthenticationResult {
  if (thrown instanceof BusError) return { outcome: 'failed', failure: thrown };
  throw thrown;
}

function createCallerResult(caller: Caller | undefined, code: RejectionCode): AuthenticationResult {
  return caller ? { outcome: 'known', caller } : { outcome: 'refused', code };
}
