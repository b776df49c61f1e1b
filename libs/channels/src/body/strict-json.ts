import { isUtf8 } from 'node:buffer';
import { type BusError, failureOf, violationAt } from '@trunkline/failures';
import { duplicateMemberIn } from './duplicate-members';

/** How much JSON a channel takes. */
export interface JsonLimits {
  /** Levels of objects and arrays. */
  readonly maxDepth: number;
}

/** More members in one object are taken for an attack on whoever reads them. */
const MOST_KEYS = 10_000;
/** A longer pointer helps nobody to find the place. */
const LONGEST_POINTER = 200;

/**
 * Reads JSON that nothing is lost of: UTF-8, complete, no number that changes when it is read, no member that stands there
 * twice, none that pollutes prototypes.
 *
 * @throws {BusError} `MALFORMED_BODY`, saying what is wrong but not what was sent
 */
export function parseStrictJson(body: Buffer, limits: JsonLimits): unknown {
  if (body.length === 0) throw malformed('the body is empty');
  if (!isUtf8(body)) throw malformed('the body is not UTF-8');
  const text = body.toString('utf8');
  const value = parse(text);
  const members = inspect(value, limits.maxDepth);
  const duplicate = duplicateMemberIn(text, members);
  if (duplicate) throw malformed(`the body has ${nameOf(duplicate)} twice`);
  return value;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // V8's message quotes the body.
    throw malformed('the body is not JSON');
  }
}

/** @returns how many members there are in it */
function inspect(value: unknown, depthLeft: number): number {
  if (typeof value === 'number') return inspectNumber(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (depthLeft === 0) throw malformed('the body is nested too deep');
  return Array.isArray(value) ? inspectItems(value, depthLeft - 1) : inspectMembers(value, depthLeft - 1);
}

/** Integers beyond 2^53 − 1 and numbers beyond 1.8e308 come out of JSON.parse as others (RFC 8259 §6). */
function inspectNumber(value: number): 0 {
  const isSafe = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!isSafe) throw malformed('the body has a number that would lose digits: send it as a string');
  return 0;
}

function inspectItems(items: readonly unknown[], depthLeft: number): number {
  let below = 0;
  for (const item of items) below += inspect(item, depthLeft);
  return below;
}

function inspectMembers(value: object, depthLeft: number): number {
  let members = 0;
  let below = 0;
  // Half a microsecond less than going through entries. Nothing that JSON.parse makes inherits what can be enumerated.
  for (const key in value) {
    const member: unknown = Reflect.get(value, key);
    members += 1;
    if (members > MOST_KEYS) throw malformed(`the body has an object of more than ${MOST_KEYS} members`);
    if (key === '__proto__' || (key === 'constructor' && hasPrototype(member)))
      throw malformed(`the body has a member ${key}`);
    below += inspect(member, depthLeft);
  }
  return members + below;
}

function hasPrototype(member: unknown): boolean {
  return typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype');
}

function nameOf(path: readonly PropertyKey[]): string {
  const { pointer } = violationAt(path, '', '');
  return pointer.length > LONGEST_POINTER ? 'a member' : pointer;
}

function malformed(detail: string): BusError {
  return failureOf('MALFORMED_BODY', { detail });
}
