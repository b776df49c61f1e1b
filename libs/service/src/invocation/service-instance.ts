import type { ServiceInstance } from '../declaration/service-types';
import type { Invocation } from './invocation';

/** The invocation whose instance is being constructed: constructors of services have no parameters but their dependencies. */
let invocationUnderConstruction: Invocation | undefined;

/** Constructs the instance of the service that handles an invocation. */
export function createServiceInstance(invocation: Invocation): ServiceInstance {
  const { serviceClass, dependencies } = invocation.service;
  invocationUnderConstruction = invocation;
  try {
    return dependencies.length === 0 ? new serviceClass() : new serviceClass(...dependencies);
  } catch (thrown) {
    // Not in a `finally`, which slows down every call: a constructor that succeeds has taken the invocation.
    invocationUnderConstruction = undefined;
    throw thrown;
  }
}

/** Returns the invocation of the instance under construction; `undefined` for a second instance. */
export function takeInvocation(): Invocation | undefined {
  const invocation = invocationUnderConstruction;
  invocationUnderConstruction = undefined;
  return invocation;
}
