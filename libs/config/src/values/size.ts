import { z } from 'zod';

const BYTES_PER_UNIT = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const PATTERN = /^(\d{1,6})(B|KiB|MiB|GiB)$/;
const EXPECTED = 'expected a size such as 512B, 512KiB, 1MiB or 1GiB';

/** The minimum and maximum size, as written in YAML. */
export interface SizeBounds {
  readonly min?: string;
  readonly max?: string;
}

/**
 * A size with its unit, `512B 512KiB 1MiB 1GiB`, parsed to bytes: whole numbers of at most six digits, units of 1 024 (IEC 80000-13).
 *
 * @param bounds - inclusive. Default: 0 and more
 * @throws {RangeError} when a bound is not a size
 */
export function size({ min = '0B', max }: SizeBounds = {}) {
  const leastBytes = parseBytes(min);
  const greatestBytes = max === undefined ? Number.POSITIVE_INFINITY : parseBytes(max);
  return z
    .string({ error: EXPECTED })
    .regex(PATTERN, { error: EXPECTED, abort: true })
    .meta({ title: 'size', examples: ['512KiB', '1MiB'] })
    .transform(parseBytes)
    .refine((bytes) => bytes >= leastBytes, { error: `expected a size of at least ${min}` })
    .refine((bytes) => bytes <= greatestBytes, { error: `expected a size of at most ${max}` });
}

function parseBytes(text: string): number {
  const [, amount, unit] = PATTERN.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) throw new RangeError(`${EXPECTED}, got ${JSON.stringify(text)}`);
  return Number(amount) * BYTES_PER_UNIT[unit];
}

function isUnit(unit: string | undefined): unit is keyof typeof BYTES_PER_UNIT {
  return unit !== undefined && Object.hasOwn(BYTES_PER_UNIT, unit);
}
