import type { z } from 'zod';

/**
 * The configuration of one policy of outgoing calls, such as retry: its keys, its settings, its part of reports and explanations, and
 * its log lines. The policy itself is in the pipeline of resilience. A policy is a folder of `policies/` and a line of `policies.ts`.
 *
 * @typeParam Config - values of {@link options}
 * @typeParam Defaults - values of {@link defaults}
 * @typeParam Settings - the settings that it describes
 * @typeParam Resolved - the settings that it resolves
 */
export interface OutgoingPolicy<in Config, in Defaults, in Settings, out Resolved = object> {
  /** Name of its layer in the explanation of a connection. */
  readonly layer: string;
  /** Keys of a connection. What it leaves out comes from the defaults. */
  readonly options: z.ZodRawShape;
  /** Keys of `outgoing.defaults`, with their default values. */
  readonly defaults: z.ZodRawShape;
  /** Whether a connection that has a key takes the rest of that mapping from the defaults. */
  readonly isMerged: boolean;
  /** Resolves each key from the connection, the defaults, and, where those are off, the built-in values. */
  readonly resolve: (config: Config, defaults: Defaults) => Resolved;
  /** Describes the settings in the notation of the configuration, by key. */
  readonly describe: (settings: Settings) => Readonly<Record<string, unknown>>;
  /** Log lines of its events: by type, or by type and reason (`retryRejected:budget`). An event without a line is not logged. */
  readonly logLines: Readonly<Record<string, LogLine>>;
}

/** The log line of a decision. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn';
  readonly message: string;
  /** Whether an unavailable upstream causes the event with every call: there is one line per second at most. */
  readonly isFrequent?: boolean;
}
