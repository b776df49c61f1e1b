import type { IQueueBackend } from 'bullmq';

/**
 * Jobs that are added together fail together: BullMQ is told of each how it went, but looks at the first of a flow alone, and of
 * several flows at none, so that it would take jobs for stored that are not.
 */
export function propagateFlowErrors(backend: IQueueBackend): IQueueBackend {
  const addFlow = backend.addFlow.bind(backend);
  backend.addFlow = async (entries) => {
    const outcomes = await addFlow(entries);
    const failed = outcomes.find(([error]) => error);
    if (failed?.[0]) throw failed[0];
    return outcomes;
  };
  return backend;
}
