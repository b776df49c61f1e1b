import type { ConnectionKind, ConnectionReport } from './connection-kind';
import { policies } from './policies';

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

/** The kind of a connection, as far as its explanation depends on it. */
export type ExplainedKind = Pick<ConnectionKind<never>, 'name' | 'attemptKeys' | 'unmergedKeys'>;

/** Adds to each value of a report where it comes from. */
export function explainConnection(
  report: ConnectionReport,
  kind: ExplainedKind,
  writtenAt: RawValueLookup,
): ConnectionExplanation {
  const source = new ValueSources(
    [kind.name, report.name],
    [...policies.unmergedKeys, ...kind.unmergedKeys],
    writtenAt,
  );
  const layers = [...policies.layers, ['attempt', kind.attemptKeys] as const].map(([layer, keys]) => ({
    layer,
    values: keys
      .filter((key) => report[key] !== undefined)
      .flatMap((key) => listLeaves([key], report[key]))
      .map(([path, value]) => ({ key: path.join('.'), value, from: source.find(path) })),
  }));
  return { name: report.name, url: report['url'], layers };
}

type Path = readonly [string, ...string[]];

function listLeaves(path: Path, value: unknown): [Path, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => listLeaves([...path, key], inner));
}

/** Finds where the values of a connection come from. */
class ValueSources {
  constructor(
    private readonly connection: readonly string[],
    private readonly unmergedKeys: readonly string[],
    private readonly writtenAt: RawValueLookup,
  ) {}

  find(path: Path): ValueSource {
    const [top] = path;
    if (this.writtenAt([...this.connection, ...path]) !== undefined) return 'connection';
    const isReplaced = this.unmergedKeys.includes(top) && this.writtenAt([...this.connection, top]) !== undefined;
    return isReplaced || this.writtenAt(['defaults', ...path]) === undefined ? 'built in' : 'defaults';
  }
}
