import type { ConnectionReport } from './rest/connection-report';

/** Where an effective value comes from: the connection, the defaults of all connections, or the bus itself. */
export type ValueSource = 'connection' | 'defaults' | 'built in';

/** An effective value. */
export interface ExplainedValue {
  /** Key below the connection: `retry.budget.ratio`. */
  readonly key: string;
  /** Value in the notation of the configuration. */
  readonly value: unknown;
  readonly from: ValueSource;
}

/** A policy of a connection, or the whole call, or the attempt. */
export interface ExplainedLayer {
  readonly layer: string;
  readonly values: readonly ExplainedValue[];
}

/** The policies that a call of a connection passes, from the outside in. */
export interface ConnectionExplanation {
  readonly name: string;
  readonly url: unknown;
  readonly layers: readonly ExplainedLayer[];
}

/** Finds the configured value at a path below the section `outgoing:`, before defaults are applied. */
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

/** Keys that are not merged: a connection that has one takes no part of it from the defaults. */
const UNMERGED_KEYS: ReadonlySet<string> = new Set(['hedge', 'redirects', 'tls']);

/** Adds to each value of a report where it comes from. */
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
