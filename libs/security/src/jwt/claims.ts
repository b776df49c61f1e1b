import type { JWTPayload } from 'jose';
import type { Caller } from '../caller';

/** Claims in which issuers list scopes: RFC 8693 §4.2, and other common names. */
const SCOPE_CLAIMS = ['scope', 'scopes', 'scp', 'roles'] as const;

/**
 * Converts verified claims to a caller: the subject, or the client if there is no subject. A `sub` that equals `client_id` means the client
 * itself (RFC 9068 §2.2). `undefined` if the claims have neither.
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
