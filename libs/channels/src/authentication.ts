import type { Caller, Gate } from '@trunkline/security';
import type { GuardStep } from './guard';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling, once that is known; `undefined` where a channel does not ask. Only on the front. */
    caller: Caller | undefined;
  }
}

/** Lets in those whom the gate of a channel lets in, and notes who they are. */
export function authentication(gate: Gate): GuardStep {
  return (request) => {
    const caller = gate.admit(request.raw);
    if (caller instanceof Promise) return caller.then((later) => void (request.caller = later));
    request.caller = caller;
    return undefined;
  };
}
