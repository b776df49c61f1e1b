import { toMs } from '@trunkline/time';
import { findServiceDeclaration } from '../declaration/bus-service';
import type { ServiceClass } from '../declaration/service-types';
import type { Invocation } from '../invocation/invocation';
import type { Branch } from './branch';
import { createStaleKey } from './stale-key';

/** The last good values of the branches of one composite. */
export class BranchStaleValues {
  constructor(private readonly invocation: Invocation) {}

  store(branch: Branch, value: unknown): void {
    const { staleIfError } = branch.options;
    if (staleIfError === undefined) return;
    const key = this.#createKey(branch);
    if (key !== undefined) this.invocation.staleValues.set(key, value, toMs(staleIfError));
  }

  /** Finds the last good value of a branch, if its `staleIfError` allows it. */
  find(branch: Branch): { readonly value: unknown } | undefined {
    const { staleIfError } = branch.options;
    if (staleIfError === undefined) return undefined;
    const key = this.#createKey(branch);
    return key === undefined ? undefined : this.invocation.staleValues.find(key, toMs(staleIfError));
  }

  #createKey({ target, input, options }: Branch): string | undefined {
    return createStaleKey(findServiceName(target), input, options.staleKey ?? this.invocation.cachePartition);
  }
}

function findServiceName(target: string | ServiceClass): string {
  return typeof target === 'string' ? target : (findServiceDeclaration(target)?.name ?? target.name);
}
