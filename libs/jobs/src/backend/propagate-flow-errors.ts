import type { IQueueBackend } from 'bullmq';

/**
 * Makes adding a flow fail if one of its jobs fails. BullMQ receives the outcome of each job, but checks only the first of a flow, and
 * none of several flows, and so would report jobs as added that are not.
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
