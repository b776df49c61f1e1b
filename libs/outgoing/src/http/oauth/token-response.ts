import { isHeaderValue } from '@trunkline/security';
import { parseJson } from '../json/strict-json';
import { assertKnownCoding } from '../response/content-coding';
import { decodeText } from '../response/decode-text';
import type { BodyReader, HttpResponse } from '../response/http-response';
import { UnreadableBodyError } from '../response/unreadable-body-error';

/** What a token endpoint has granted. */
export interface GrantedToken {
  readonly token: string;
  readonly lifetimeMs: number;
  /** The refresh token that replaces the one that was used; `undefined` where that stays valid. */
  readonly refreshToken?: string | undefined;
}

/** What is wrong with a response that has no usable token. */
export interface TokenProblem {
  /** Error code of RFC 6749 §5.2 or of the provider, such as `invalid_client`. */
  readonly error?: string | undefined;
  readonly description?: string | undefined;
  /** The member that is missing. */
  readonly missing?: string | undefined;
  /** The member that is unusable. */
  readonly unusable?: string | undefined;
}

/** Lifetime where the response has none (RFC 6749 §5.1 only recommends it). A 401 replaces the token earlier. */
const DEFAULT_LIFETIME_MS = 300_000;
/** Names of the type of bearer tokens, in any case; Apigee has the second one. */
const BEARER_TYPE = /^bearer(?:token)?$/i;
const ERROR_CODE = /^[\w.:-]{1,80}$/;
const MAX_DESCRIPTION_LENGTH = 300;
/** The start of a form. */
const FORM = /^[\w.-]+=/;

/**
 * Reads the body of a token response. It is JSON, whatever its media type is, or a form, as some older providers send it; anything else
 * is `undefined`.
 */
export const readTokenBody: BodyReader = ({ headers }, bytes) => {
  try {
    assertKnownCoding(headers);
    const text = decodeText(bytes).trim();
    // No member that is read needs an exact number.
    return FORM.test(text) ? Object.fromEntries(new URLSearchParams(text)) : parseJson(bytes, 'lenient');
  } catch (thrown) {
    if (thrown instanceof UnreadableBodyError) return undefined;
    throw thrown;
  }
};

/** Reads the token of a response: RFC 6749 §5.1, and how providers deviate from it. */
export function parseToken({ data }: Pick<HttpResponse, 'data'>, nowMs: number): GrantedToken | TokenProblem {
  const members = toMembers(data);
  // GitHub has `token` for the token of an installation.
  const token = members['access_token'] ?? members['token'] ?? '';
  if (token === '') return { missing: 'access_token', ...parseRefusal({ data }) };
  if (typeof token !== 'string' || !isToken(token)) return { unusable: 'access_token' };
  // Required by RFC 6749 §5.1, but not all providers send it.
  if (!isBearerType(members['token_type'] ?? 'bearer')) return { unusable: 'token_type' };
  return {
    token,
    lifetimeMs: findLifetimeMs(members, nowMs),
    refreshToken: findRefreshToken(members),
  };
}

/** Reads why a token was refused (RFC 6749 §5.2). All members are `undefined` where the response has no error. */
export function parseRefusal({ data }: Pick<HttpResponse, 'data'>): TokenProblem {
  const { error, error_description: description, message } = toMembers(data);
  const code = typeof error === 'string' && ERROR_CODE.test(error) ? error : undefined;
  const text = [description, message].find((each) => typeof each === 'string');
  return { error: code, description: text?.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, MAX_DESCRIPTION_LENGTH) };
}

function findRefreshToken({ refresh_token: token }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function toMembers(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? { ...data } : {};
}

function isBearerType(type: unknown): boolean {
  return typeof type === 'string' && BEARER_TYPE.test(type);
}

function isToken(text: string): boolean {
  return text.trim() === text && isHeaderValue(text);
}

/** Finds the lifetime: in seconds as number or text, otherwise by the instant of the end. What is unreadable counts as absent. */
function findLifetimeMs(members: Readonly<Record<string, unknown>>, nowMs: number): number {
  const seconds = Number(members['expires_in'] ?? members['expires'] ?? Number.NaN);
  const endMs = parseInstant(members['expires_at'] ?? members['expires_on']);
  return [seconds * 1_000, endMs - nowMs].find((ms) => ms > 0 && Number.isFinite(ms)) ?? DEFAULT_LIFETIME_MS;
}

/** Seconds since 1970, as number or text, or a date of RFC 3339. */
function parseInstant(value: unknown): number {
  const seconds = Number(value ?? Number.NaN);
  return Number.isNaN(seconds) ? Date.parse(String(value)) : seconds * 1_000;
}
