import type { ConnectionReport } from './connection-report';

/** Where a value in force was said: for the connection, in the defaults of all, or nowhere. */
export type ValueSource = 'connection' | 'defaults' | 'built in';

/** A value in force. */
export interface ExplainedValue {
  /** As in configuration, from the connection down: `retry.budget.ratio`. */
  readonly key: string;
  /** As configuration would have it. */
  readonly value: unknown;
  readonly from: ValueSource;
}

/** A policy of a connection, or the call or attempt that policies are around. */
export interface ExplainedLayer {
  readonly layer: string;
  readonly values: readonly ExplainedValue[];
}

/** What happens to a call of a connection, from the outside in. */
export interface ConnectionExplanation {
  readonly name: string;
  readonly url: unknown;
  readonly layers: readonly ExplainedLayer[];
}

/** What stands at a path below the section `outgoing:`, before defaults are applied; `undefined` where there is nothing. */
export type RawValueLookup = (path: readonly string[]) => unknown;

const LAYERS = [
  ['whole call', ['total']],
  ['retry', ['retry', 'idempotent']],
  ['hedge', ['hedge']],
  ['hold', ['hold']],
  ['circuit breaker', ['circuitBreaker']],
  ['bulkhead', ['bulkhead']],
  [
    'attempt',
    [
      'connectTimeout',
      'timeout',
      'maxResponse',
      'maxHeader',
      'numbers',
      'emptyList',
      'redirects',
      'security',
      'tls',
      'chaos',
      'proxy',
      'allowH2',
    ],
  ],
] as const;

/** A connection that has one of these takes nothing of it from the defaults. */
const UNMERGED_KEYS: ReadonlySet<string> = new Set(['hedge', 'redirects', 'tls']);

/** Says of each value of a report where it comes from. */
export function explainConnection(report: ConnectionReport, writtenAt: RawValueLookup): ConnectionExplanation {
  const { name } = report;
  const layers = LAYERS.map(([layer, keys]) => ({
    layer,
    values: keys
      .filter((key) => report[key] !== undefined)
      .flatMap((key) => listLeaves([key], report[key]))
      .map(([path, value]) => ({ key: path.join('.'), value, from: findSource(name, path, writtenAt) })),
  }));
  return { name, url: report['url'], layers };
}

type Path = readonly [string, ...string[]];

function listLeaves(path: Path, value: unknown): [Path, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => listLeaves([...path, key], inner));
}

function findSource(name: string, path: Path, writtenAt: RawValueLookup): ValueSource {
  const [top] = path;
  if (writtenAt(['rest', name, ...path]) !== undefined) return 'connection';
  if (UNMERGED_KEYS.has(top) && writtenAt(['rest', name, top]) !== undefined) return 'built in';
  return writtenAt(['defaults', ...path]) === undefined ? 'built in' : 'defaults';
}
