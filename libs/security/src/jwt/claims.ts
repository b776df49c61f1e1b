import type { JWTPayload } from 'jose';
import type { Caller } from '../caller';

/** Where issuers write what a token is good for: RFC 8693 §4.2, and what is usual besides. */
const SCOPE_CLAIMS = ['scope', 'scopes', 'scp', 'roles'] as const;

/** The caller that verified claims tell of: `sub`, or `client_id` where there is none. `undefined` when they name nobody. */
export function callerOf(claims: JWTPayload, definition: string): Caller | undefined {
  const name = [claims.sub, claims['client_id']].find(isName);
  return name === undefined ? undefined : { name, scopes: scopesOf(claims), definition, claims };
}

function scopesOf(claims: JWTPayload): readonly string[] {
  return [...new Set(SCOPE_CLAIMS.flatMap((claim) => listed(claims[claim])))];
}

function listed(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter(Boolean);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
