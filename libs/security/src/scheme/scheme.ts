import type { IncomingMessage } from 'node:http';
import { BusError } from '@trunkline/failures';
import type { Caller } from '../caller';
import type { Client } from '../client/client';

/** Of a request, what callers can be known by. */
export type Presented = Pick<IncomingMessage, 'rawHeaders' | 'socket'>;

/** Codes of credentials that were shown and are not good. */
export type RefusalCode = 'INVALID_AUTH_HEADER' | 'INVALID_TOKEN' | 'INVALID_CREDENTIALS' | 'TOKEN_EXPIRED';

/** What a scheme makes of a request. */
export type Verdict =
  | { readonly outcome: 'known'; readonly caller: Caller }
  /** The request has no credentials of this kind. */
  | { readonly outcome: 'none' }
  | { readonly outcome: 'refused'; readonly code: RefusalCode; readonly cause?: Error }
  /** Whether they are good could not be found out. */
  | { readonly outcome: 'failed'; readonly failure: BusError };

/** One way to be known: what a security definition becomes. */
export interface Scheme {
  /** The header that carries the credentials, in lower case; `undefined` where it is none. */
  readonly header: string | undefined;
  /** What it is called in `WWW-Authenticate` (RFC 9110 §11.6.1), with parameters other than the realm. */
  readonly challenge: { readonly scheme: string; readonly parameters: string };
  /**
   * A promise only where there is something to wait for.
   *
   * @param value - of the header
   */
  check(value: string | undefined, presented: Presented, client: Client): Verdict | Promise<Verdict>;
}

export const NONE: Verdict = { outcome: 'none' };
export const UNREADABLE: Verdict = { outcome: 'refused', code: 'INVALID_AUTH_HEADER' };

/** The verdict on a caller that was looked up, now or later. */
export function verdictOn(
  found: Caller | undefined | Promise<Caller | undefined>,
  code: RefusalCode,
): Verdict | Promise<Verdict> {
  if (found instanceof Promise) return found.then((caller) => known(caller, code), failed);
  return known(found, code);
}

/** @throws what is not a failure of the bus */
export function failed(thrown: unknown): Verdict {
  if (thrown instanceof BusError) return { outcome: 'failed', failure: thrown };
  throw thrown;
}

function known(caller: Caller | undefined, code: RefusalCode): Verdict {
  return caller ? { outcome: 'known', caller } : { outcome: 'refused', code };
}
