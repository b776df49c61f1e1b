import type { IncomingMessage } from 'node:http';
import { BusError } from '@trunkline/failures';
import { parseStrictJson } from '@trunkline/http-server';
import type { BodyLimits } from '../body-format';
import { createMalformedBodyFailure } from '../malformed-body';
import { type LineLimits, readLines } from './read-lines';

/**
 * Parses the lines of a body while it arrives. Empty lines are skipped.
 *
 * @throws {BusError} `MALFORMED_BODY` with the number of the line that is not JSON
 */
export async function* parseLines(source: IncomingMessage, limits: BodyLimits & LineLimits): AsyncGenerator {
  let lineNumber = 0;
  for await (const line of readLines(source, limits)) {
    lineNumber += 1;
    if (line.every((byte) => byte <= 0x20)) continue;
    yield parseLine(line, lineNumber, limits);
  }
}

function parseLine(line: Buffer, lineNumber: number, limits: BodyLimits): unknown {
  try {
    return parseStrictJson(line, limits);
  } catch (thrown) {
    const problem = thrown instanceof BusError && thrown.detail !== undefined ? thrown.detail : 'the line is not JSON';
    throw createMalformedBodyFailure([`line ${lineNumber}: ${problem}`]);
  }
}
