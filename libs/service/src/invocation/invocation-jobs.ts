import { InternalError } from '@trunkline/failures';
import type { JobReceipt, JobSubmitter, Publication } from '../jobs/job-submitter';
import type { ServiceRegistry } from '../registry/service-registry';
import { blameCallerOnRejection, findBlamedCaller } from './blame-caller';
import type { InvocationContext } from './invocation-context';
import type { ComposeAsyncCall, InvokeAsyncCall, PublishCall } from './invoke-calls';

/** Submits jobs that continue the work of an invocation. It waits for the job store until the invocation's deadline at most. */
export class InvocationJobs {
  constructor(
    private readonly registry: ServiceRegistry,
    private readonly jobs: JobSubmitter | undefined,
  ) {}

  /** @param context - of the calling invocation */
  async enqueueFrom(
    context: InvocationContext,
    { caller, target, input, options }: InvokeAsyncCall,
  ): Promise<JobReceipt> {
    const service = this.registry.get(target);
    const receipt = this.#submitter.enqueue({ service, input, options, origin: context });
    return waitForStore(
      context,
      blameCallerOnRejection(receipt, { caller: findBlamedCaller(caller, options), callee: service.name }),
    );
  }

  /** @param context - of the calling invocation */
  async composeFrom(
    context: InvocationContext,
    { caller, plan, into, options }: ComposeAsyncCall,
  ): Promise<JobReceipt> {
    const service = this.registry.get(into);
    return waitForStore(context, this.#submitter.compose({ caller, plan, into: service, options, origin: context }));
  }

  /** @param context - of the calling invocation */
  async publishFrom(
    context: InvocationContext,
    { caller, topic, message, options }: PublishCall,
  ): Promise<Publication> {
    const publication = this.#submitter.publish(topic, message, context);
    return waitForStore(
      context,
      blameCallerOnRejection(publication, { caller: findBlamedCaller(caller, options), callee: `the topic ${topic}` }),
    );
  }

  get #submitter(): JobSubmitter {
    if (this.jobs) return this.jobs;
    throw new InternalError(
      'this invoker has no job submitter: invokeAsync, composeAsync and publish are not available',
    );
  }
}

/** Waits for the job store until the invocation ends. The submitter sets `wasSent` right before it writes. */
function waitForStore<T>({ scope, sideEffects }: InvocationContext, work: Promise<T>): Promise<T> {
  if (sideEffects) sideEffects.hasAttemptedSend = true;
  sideEffects?.track(work);
  return new Promise((resolve, reject) => {
    const subscription = scope.addListener(reject);
    work.then(
      (value) => {
        scope.removeListener(subscription);
        resolve(value);
      },
      (thrown: unknown) => {
        scope.removeListener(subscription);
        reject(thrown);
      },
    );
  });
}
