import type { JWTPayload } from 'jose';
import type { Caller } from '../caller';

/** Where issuers write what a token is good for: RFC 8693 §4.2, and what is usual besides. */
const SCOPE_CLAIMS = ['scope', 'scopes', 'scp', 'roles'] as const;

/**
 * The caller of verified claims: the subject, or the client where the token speaks for no subject. A `sub` that equals `client_id` is
 * the client's own (RFC 9068 §2.2). `undefined` when the claims name neither.
 */
export function toCaller(claims: JWTPayload, definition: string): Caller | undefined {
  const { sub, client_id: clientId } = claims;
  const name = [sub, clientId].find(isName);
  if (name === undefined) return undefined;
  return { name, scopes: extractScopes(claims), definition, ...(name === clientId && { isClient: true }), claims };
}

function extractScopes(claims: JWTPayload): readonly string[] {
  return [...new Set(SCOPE_CLAIMS.flatMap((claim) => toList(claims[claim])))];
}

function toList(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter(Boolean);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
