import type { JWTPayload } from 'jose';
import type { Caller } from '../caller';

/** Claims in which issuers list scopes: RFC 8693 §4.2, and other common names. */
const SCOPE_CLAIMS = ['scope', 'scopes', 'scp', 'roles'] as const;

/** Options of callers with tokens. */
export interface CallerOptions {
  /** Name of the security definition. */
  readonly definition: string;
  /** Paths of claims with scopes. Default: `scope`, `scopes`, `scp` and `roles`. */
  readonly scopesFrom?: readonly string[] | undefined;
}

/**
 * Converts verified claims to a caller: the subject, or the client if there is no subject. A `sub` that equals `client_id` means the client
 * itself (RFC 9068 §2.2). `undefined` if the claims have neither.
 */
export function toCaller(
  claims: JWTPayload,
  { definition, scopesFrom = SCOPE_CLAIMS }: CallerOptions,
): Caller | undefined {
  const { sub, client_id: clientId } = claims;
  const name = [sub, clientId].find(isName);
  if (name === undefined) return undefined;
  return {
    name,
    scopes: extractScopes(claims, scopesFrom),
    definition,
    ...(name === clientId && { isClient: true }),
    claims,
  };
}

/** Checks that a claim, a text or a list, has one of the accepted audiences. */
export function hasAudience(claims: JWTPayload, path: string, accepted: readonly string[]): boolean {
  const claim = findClaim(claims, path);
  return [claim].flat().some((each) => typeof each === 'string' && accepted.includes(each));
}

function extractScopes(claims: JWTPayload, paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => toList(findClaim(claims, path))))];
}

/** Finds a claim: by its name, which may be a URL with dots, or by a path of names with dots between them. */
function findClaim(claims: JWTPayload, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (!isMembers(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function toList(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter(Boolean);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
