import type { HttpService } from '@nestjs/axios';
import type { DeclaredError } from '@trunkline/failures';
import type { Credential } from '@trunkline/security';
import type { CurrentInvocation, Invocation, ServiceConstructor } from '@trunkline/service';
import type { RateCounter } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';
import type { z } from 'zod';
import type { PingReport } from './ping-report';

/**
 * A kind of outgoing connection, such as REST: its keys in the configuration, its connections, its member of `this.out`, and its
 * adapters. A kind is a folder and a line of `kinds.ts`. Kinds over HTTP share `http/`.
 *
 * @typeParam Section - the part of the section `outgoing:` that the kind reads: `{ defaults, [name]: connections by name }`
 */
export interface ConnectionKind<in Section> {
  /** Key of its connections in the section `outgoing:`, and its member of `this.out`: `rest`. */
  readonly name: string;
  /** One sentence for the reference page. */
  readonly description: string;
  /** One connection in the configuration. */
  readonly connection: z.ZodType;
  /** Its own keys of `outgoing.defaults`. */
  readonly defaults: z.ZodRawShape;
  /** Keys of one attempt in the explanation of a connection, in their order. The policies have their own. */
  readonly attemptKeys: readonly string[];
  /** Keys that are not merged: a connection that has one takes no part of it from the defaults. */
  readonly unmergedKeys: readonly string[];
  /** The part of a connection that describes its adapters. */
  readonly described: DescribedPart;
  /** Opens the connections of the section. No call is made yet. */
  readonly open: (section: Section, environment: KindEnvironment) => OpenConnections;
  /** Creates the services that connections declare in the configuration, under `services` by the name of the service. */
  readonly createAdapters: (section: Section) => readonly ServiceConstructor[];
  /** Lists the errors that one of these services declares; empty for any other service. */
  readonly listAdapterErrors: (section: Section, service: string) => readonly DeclaredErrorEntry[];
  /** Lists the errors that the section declares, those of adapters included. */
  readonly listErrors: (section: Section) => readonly DeclaredErrorEntry[];
}

/** The part of a connection that describes its adapters. It is valid without what only calls need, such as an address. */
interface DescribedPart {
  readonly keys: readonly string[];
  /** Values in place of required keys that only calls need. */
  readonly placeholders: Readonly<Record<string, unknown>>;
}

/** A declared error and its code. */
export type DeclaredErrorEntry = readonly [code: string, error: DeclaredError];

/** What a connection receives from the bus. */
export interface ConnectionEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** For all that is measured and limited. */
  readonly clock: Clock;
  /** Counts calls over all hosts, for connections with a limit. Default: each process counts its own. */
  readonly rateCounter?: RateCounter | undefined;
  /** Finds the job that a call through {@link OutgoingConnection.http} belongs to. */
  readonly currentInvocation?: CurrentInvocation | undefined;
}

/** What the connections of a kind receive from the bus. */
export interface KindEnvironment extends ConnectionEnvironment {
  /** Credentials by name. */
  readonly security: Readonly<Record<string, Credential>>;
}

/** The connections of one kind. */
export interface OpenConnections {
  readonly byName: ReadonlyMap<string, OutgoingConnection>;
  /** Creates the member of `this.out` for an invocation. */
  readonly createView: (invocation: Invocation) => object;
}

/** The effective settings of a connection, in the notation of the configuration. It contains the names of headers and credentials only. */
export type ConnectionReport = Readonly<Record<string, unknown>> & { readonly name: string };

/** One connection, whatever its kind is. Shared by all invocations. */
export interface OutgoingConnection {
  /** Names of inbound headers that its calls forward. */
  readonly forwardHeaders: readonly string[];
  /** Whether it makes calls fail on purpose. */
  readonly hasFaults: boolean;
  /** Its HTTP client for code outside of services; `undefined` where the kind has none. */
  readonly http?: HttpService | undefined;
  /** Checks whether the upstream is available. A failure is reported, not thrown. */
  ping(): Promise<PingReport>;
  /** Describes the effective settings, without secrets. */
  describe(): ConnectionReport;
  /** Closes its sockets. Pending calls fail with `SHUTTING_DOWN`. */
  close(): Promise<void>;
}
