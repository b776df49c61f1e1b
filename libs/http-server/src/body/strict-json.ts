import { isUtf8 } from 'node:buffer';
import { type BusError, createFailure, findInexactNumbers, findNumberPointer, violationAt } from '@trunkline/failures';
import { findDuplicateMember } from './duplicate-members';

// Looked up once. What another lib exports is a getter of an object that V8 keeps as a hash table: 0.1 µs each time.
const findInexact = findInexactNumbers;

/** How much JSON a channel takes. */
export interface JsonLimits {
  /** Levels of objects and arrays. */
  readonly maxDepth: number;
}

/** More members in one object are taken for an attack on whoever reads them. */
const MAX_MEMBERS = 10_000;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
/** A longer pointer helps nobody to find the place. */
const MAX_POINTER_LENGTH = 200;

/**
 * Reads JSON that nothing is lost of: UTF-8, complete, no number that changes when it is read, no member that stands there
 * twice, none that pollutes prototypes.
 *
 * @throws {BusError} `MALFORMED_BODY`, saying what is wrong but not what was sent
 */
export function parseStrictJson(body: Buffer, limits: JsonLimits): unknown {
  if (body.length === 0) throw createMalformedBodyFailure('the body is empty');
  if (!isUtf8(body)) throw createMalformedBodyFailure('the body is not UTF-8');
  const text = body.toString('utf8', hasByteOrderMark(body) ? BYTE_ORDER_MARK.length : 0);
  const value = parseJson(text);
  const members = validateValue(value, limits.maxDepth);
  const duplicate = findDuplicateMember(text, members);
  if (duplicate) throw createMalformedBodyFailure(`the body has ${formatPath(duplicate)} twice`);
  assertExactNumbers(text);
  return value;
}

/** A number that is read as another one, without a word, is the worst of all answers (RFC 8259 §6). */
function assertExactNumbers(text: string): void {
  const [place] = findInexact(text);
  if (place)
    throw createMalformedBodyFailure(
      `the number at ${shortenPointer(findNumberPointer(text, place))} would lose digits: send it as a string`,
    );
}

/** Some editors and serializers begin UTF-8 with one; it is not part of the text (RFC 8259 §8.1 lets a reader skip it). */
function hasByteOrderMark(body: Buffer): boolean {
  return body[0] === BYTE_ORDER_MARK[0] && body[1] === BYTE_ORDER_MARK[1] && body[2] === BYTE_ORDER_MARK[2];
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // V8's message quotes the body.
    throw createMalformedBodyFailure('the body is not JSON');
  }
}

/** @returns how many members there are in it */
function validateValue(value: unknown, depthLeft: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depthLeft === 0) throw createMalformedBodyFailure('the body is nested too deep');
  return Array.isArray(value) ? validateItems(value, depthLeft - 1) : validateMembers(value, depthLeft - 1);
}

function validateItems(items: readonly unknown[], depthLeft: number): number {
  let below = 0;
  for (const item of items) below += validateValue(item, depthLeft);
  return below;
}

function validateMembers(value: object, depthLeft: number): number {
  let members = 0;
  let below = 0;
  // Half a microsecond less than going through entries. Nothing that JSON.parse makes inherits what can be enumerated.
  for (const key in value) {
    const member: unknown = Reflect.get(value, key);
    members += 1;
    if (members > MAX_MEMBERS)
      throw createMalformedBodyFailure(`the body has an object of more than ${MAX_MEMBERS} members`);
    if (key === '__proto__' || (key === 'constructor' && hasPrototype(member)))
      throw createMalformedBodyFailure(`the body has a member ${key}`);
    below += validateValue(member, depthLeft);
  }
  return members + below;
}

function hasPrototype(member: unknown): boolean {
  return typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype');
}

function formatPath(path: readonly PropertyKey[]): string {
  return shortenPointer(violationAt(path, '', '').pointer);
}

function shortenPointer(pointer: string | undefined): string {
  return pointer === undefined || pointer.length > MAX_POINTER_LENGTH ? 'a member' : pointer;
}

function createMalformedBodyFailure(detail: string): BusError {
  return createFailure('MALFORMED_BODY', { detail });
}
