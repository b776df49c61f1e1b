import type { HttpService } from '@nestjs/axios';
import { InternalError } from '@trunkline/failures';
import type { Credential } from '@trunkline/security';
import type { CurrentInvocation, Invocation, Outgoing, ServiceConstructor } from '@trunkline/service';
import type { RateCounter } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { type ConnectionExplanation, explainConnection, type RawValueLookup } from './connection-explanation';
import type {
  ConnectionKind,
  ConnectionReport,
  KindEnvironment,
  OpenConnections,
  OutgoingConnection,
} from './connection-kind';
import { createUnknownConnectionError } from './connection-view';
import { CONNECTION_KINDS } from './kinds';
import { createOutFactory } from './out-view';
import type { PingReport } from './ping-report';
import type { OutgoingConfig } from './section';

/** Options of the outgoing connections of a bus. */
export interface OutgoingOptions<Section = OutgoingConfig> {
  /** The section `outgoing:`. */
  readonly outgoing: Section;
  /** Credentials by name, from the section `security:`. */
  readonly security: Readonly<Record<string, Credential>>;
  /** Logger of policies, and of calls that belong to no invocation. */
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded; spreads retries in time. Default `Math.random`. */
  readonly random?: () => number;
  /** The clock that measures and limits calls. Default: that of the process. */
  readonly clock?: Clock;
  /** Counts calls over all hosts, for connections with a limit. Default: each process counts its own. */
  readonly rateCounter?: RateCounter | undefined;
  /** Gives calls through {@link OutgoingConnections.http} the correlation id and the idempotency keys of the job that makes them. */
  readonly currentInvocation?: CurrentInvocation;
}

interface OpenKind {
  readonly kind: ConnectionKind<never>;
  readonly connections: OpenConnections;
  readonly createAdapters: () => readonly ServiceConstructor[];
}

interface NamedConnection {
  readonly name: string;
  readonly kind: ConnectionKind<never>;
  readonly connection: OutgoingConnection;
}

/** The outgoing connections of a bus, one for each configured name. */
export class OutgoingConnections {
  readonly #connections: ReadonlyMap<string, NamedConnection>;
  readonly #createOut: (invocation: Invocation) => Outgoing;
  readonly #currentInvocation: CurrentInvocation | undefined;

  /**
   * Opens the connections of all kinds.
   *
   * @throws {TypeError} when a connection names a credential that does not exist
   */
  static open(options: OutgoingOptions): OutgoingConnections {
    return OutgoingConnections.openKinds(options, CONNECTION_KINDS);
  }

  /** Opens the connections of some kinds. @throws as {@link OutgoingConnections.open} does */
  static openKinds<Section>(
    options: OutgoingOptions<Section>,
    kinds: readonly ConnectionKind<Section>[],
  ): OutgoingConnections {
    const { outgoing, random = Math.random, clock = systemClock, ...others } = options;
    const environment: KindEnvironment = { ...others, random, clock };
    return new OutgoingConnections(
      kinds.map((kind) => ({
        kind,
        connections: kind.open(outgoing, environment),
        createAdapters: () => kind.createAdapters(outgoing),
      })),
      options,
    );
  }

  private constructor(
    private readonly kinds: readonly OpenKind[],
    { logger, currentInvocation }: Pick<OutgoingOptions, 'logger' | 'currentInvocation'>,
  ) {
    const named = kinds.flatMap(({ kind, connections }) =>
      [...connections.byName].map(([name, connection]): NamedConnection => ({ name, kind, connection })),
    );
    this.#connections = new Map(named.map((each) => [each.name, each]));
    this.#createOut = createOutFactory(kinds.map(({ kind, connections }) => [kind.name, connections.createView]));
    this.#currentInvocation = currentInvocation;
    const faulty = named.filter(({ connection }) => connection.hasFaults).map(({ name }) => name);
    if (faulty.length > 0) {
      logger.warn({ connections: faulty }, 'chaos is on: calls of these connections fail on purpose');
    }
  }

  /** Creates `this.out` of an invocation. */
  view(invocation: Invocation): Outgoing {
    return this.#createOut(invocation);
  }

  /**
   * The HTTP client of a connection, for code outside of services. It has the address, the credentials and the policies of the connection.
   * A status of 400 or more does not throw; `data` is JSON or `undefined`. Interceptors of its axios run for calls of services, too. From
   * the first use on, the bus tracks the current invocation, which adds some cost to every request.
   *
   * @throws {InternalError} for a name that is not configured, and for a connection of a kind without an HTTP client
   */
  http(name: string): HttpService {
    const { http } = this.#get(name).connection;
    if (!http) throw new InternalError(`the outgoing connection ${name} has no HTTP client`);
    this.#currentInvocation?.startTracking();
    return http;
  }

  /** Names of the connections. */
  names(): string[] {
    return [...this.#connections.keys()];
  }

  /** Names of the inbound headers that any of the connections forwards, in lower case. */
  forwardedHeaders(): string[] {
    const names = [...this.#connections.values()].flatMap(({ connection }) => connection.forwardHeaders);
    return [...new Set(names.map((name) => name.toLowerCase()))].toSorted();
  }

  /**
   * Pings an upstream: one attempt within the `timeout` of its connection, without retries and breaker. A failure is reported, not thrown.
   *
   * @throws {InternalError} for a name that is not configured
   */
  async ping(name: string): Promise<PingReport> {
    return this.#get(name).connection.ping();
  }

  /** The classes of the adapters that are declared in the configuration. */
  adapters(): ServiceConstructor[] {
    return this.listAdapters().map(({ serviceClass }) => serviceClass);
  }

  /** The adapters that are declared in the configuration, with the kinds of their connections. */
  listAdapters(): { readonly kind: string; readonly serviceClass: ServiceConstructor }[] {
    return this.kinds.flatMap(({ kind, createAdapters }) =>
      createAdapters().map((serviceClass) => ({ kind: kind.name, serviceClass })),
    );
  }

  /** The effective settings of each connection, without secrets. */
  describe(): ConnectionReport[] {
    return [...this.#connections.values()].map(({ connection }) => connection.describe());
  }

  /**
   * Explains the policies of a connection, from the outside in, with the effective values and where each of them comes from.
   *
   * @throws {InternalError} for a name that is not configured
   */
  explain(name: string, writtenAt: RawValueLookup): ConnectionExplanation {
    const { kind, connection } = this.#get(name);
    return explainConnection(connection.describe(), kind, writtenAt);
  }

  /** Closes all sockets. Pending calls fail with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map(({ connection }) => connection.close()));
  }

  #get(name: string): NamedConnection {
    const found = this.#connections.get(name);
    if (!found) throw createUnknownConnectionError(name, this.#connections.keys());
    return found;
  }
}
