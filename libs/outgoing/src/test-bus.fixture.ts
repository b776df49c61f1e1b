import { DeadlineExceededError } from '@trunkline/failures';
import {
  BusService,
  CurrentInvocation,
  type HttpRequest,
  type JobRun,
  Invoker,
  type Outgoing,
  Service,
  type ServiceConstructor,
  ServiceRegistry,
} from '@trunkline/service';
import { CancelScope, type Clock, Deadline } from '@trunkline/time';
import type { Credential } from '@trunkline/security';
import { outgoingSection } from './section';
import type { RestConnection } from './rest/rest-connection';
import { RecordingLogger } from '@trunkline/testing';
import { OutgoingConnections } from './outgoing-connections';

/** Options of a bus in a spec. */
export interface TestBusOptions {
  /** The section `outgoing:` as in YAML. */
  readonly outgoing: object;
  readonly security?: Readonly<Record<string, Credential>>;
  readonly services?: readonly ServiceConstructor[];
  readonly random?: () => number;
  readonly clock?: Clock;
}

/** Options of an invocation. */
export interface RunOptions {
  readonly timeoutMs?: number;
  readonly http?: HttpRequest;
  readonly scope?: CancelScope;
  readonly job?: JobRun;
}

/** Services and outgoing connections as in a bus, without channels. */
export class TestBus {
  readonly logged = new RecordingLogger();
  readonly rest: OutgoingConnections;
  readonly #registry = new ServiceRegistry();
  readonly #invoker: Invoker;

  readonly #currentInvocation = new CurrentInvocation();

  constructor({ outgoing, security = {}, services = [], random = () => 0, clock }: TestBusOptions) {
    this.rest = OutgoingConnections.open({
      outgoing: outgoingSection.schema.parse(outgoing),
      security,
      logger: this.logged,
      random,
      currentInvocation: this.#currentInvocation,
      ...(clock && { clock }),
    });
    for (const service of [...services, ...this.rest.adapters(), Worker]) this.#registry.add(service);
    this.#invoker = new Invoker({
      registry: this.#registry,
      currentInvocation: this.#currentInvocation,
      logger: this.logged,
      createOutgoing: (invocation) => this.rest.view(invocation),
    });
  }

  /** Runs a function as a service with the connection `CRM`. */
  async run<T>(work: (crm: RestConnection, out: Outgoing) => Promise<T>, options?: RunOptions): Promise<T> {
    let result: { readonly value: T } | undefined;
    const task: Task = async (crm, out) => {
      result = { value: await work(crm, out) };
    };
    await this.invoke('spec.worker', task, options);
    if (!result) throw new Error('the work did not run');
    return result.value;
  }

  async invoke(name: string, input: unknown, options: RunOptions = {}): Promise<unknown> {
    const { timeoutMs = 5_000, http, job } = options;
    const expiry = () => new DeadlineExceededError('spec.worker', timeoutMs);
    const scope = options.scope ?? new CancelScope(Deadline.in(timeoutMs), expiry);
    try {
      return await this.#invoker.run(
        this.#registry.get(name),
        { input, ...(http && { http }) },
        { cid: 'CID-1', scope, depth: 1, inbound: http, ...(job && { job }) },
      );
    } finally {
      scope.close();
    }
  }

  close(): Promise<void> {
    return this.rest.close();
  }
}

type Task = (crm: RestConnection, out: Outgoing) => Promise<void>;

@BusService({ name: 'spec.worker' })
class Worker extends Service<Task, undefined> {
  async handle(): Promise<undefined> {
    const crm = this.out.rest['CRM'];
    if (!crm) throw new Error('the spec has no connection CRM');
    await this.request.input(crm, this.out);
    return undefined;
  }
}

/** Waits for the rejection of a promise, and returns its reason. */
export async function catchRejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('the promise was not rejected');
}
