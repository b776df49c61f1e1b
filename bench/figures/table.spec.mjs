import { formatComparedRow, formatComparisonHead, formatHead, formatRow } from './table.mjs';

const RATIO = { what: 'GET', ours: 15.26, peer: 12, peerName: 'Fastify', unit: 'µs' };
const DIFFERENCE = { what: 'start', ours: 579, peer: 343, peerName: 'host', unit: 'ms', isDifference: true };

it('has as many cells in a row as in its head', () => {
  const countCells = (line) => line.split('|').length;
  const [head, rule] = formatHead().split('\n');

  expect([rule, formatRow(RATIO)].map(countCells)).toEqual([countCells(head), countCells(head)]);
});

it('marks a ratio above its target', () => {
  expect(formatRow({ ...RATIO, most: 1.2 })).toBe('| GET | 15.3 µs | Fastify: 12.0 µs | 1.27 × | 1.2 × | above |');
});

it('marks no row at its target', () => {
  expect(formatRow({ ...RATIO, ours: 12, most: 1 })).toBe('| GET | 12.0 µs | Fastify: 12.0 µs | 1.00 × | 1 × |  |');
});

it('marks an amount above its own target', () => {
  const row = { ...RATIO, unit: 'ns', ours: 450, peer: 1_000, most: 0.5, mostOurs: 400 };

  expect(formatRow(row)).toBe('| GET | 450 ns | Fastify: 1000 ns | 0.45 × | 0.5 ×, 400 ns | above |');
});

it('has an empty target where a row has none', () => {
  expect(formatRow(RATIO)).toBe('| GET | 15.3 µs | Fastify: 12.0 µs | 1.27 × |  |  |');
});

it('shows a difference with its sign', () => {
  expect(formatRow({ ...DIFFERENCE, most: 350 })).toContain('| +236 ms | +350 ms |  |');
  expect(formatRow({ ...DIFFERENCE, ours: 313 })).toContain('| -30.0 ms |');
});

it('compares with a peer of 0 as a difference', () => {
  const row = { what: 'failed', ours: 2, peer: 0, peerName: 'none', unit: 'requests', most: 0, isDifference: true };

  expect(formatRow(row)).toBe('| failed | 2 requests | none: 0 requests | +2 requests | +0 requests | above |');
});

it('shows both builds, the ratio and its interval', () => {
  const row = {
    what: 'GET',
    unit: 'µs',
    ours: 16,
    theirs: 15,
    ratio: 1.0667,
    low: 1.04,
    high: 1.09,
    verdict: 'slower',
  };

  expect(formatComparisonHead('abc1234').split('\n')[0]).toBe(
    '| what | abc1234 | this build | ratio | 95 % interval |  |',
  );
  expect(formatComparedRow(row)).toBe('| GET | 15.0 µs | 16.0 µs | 1.067 × | 1.040 – 1.090 | slower |');
});
