import type { JobAccess } from '@trunkline/channels';
import type { Jobs } from '@trunkline/jobs';

/** The jobs of the bus, as channels see them. */
export function jobAccessOf(jobs: Jobs): JobAccess {
  return {
    enqueue: ({ service, input, texts, origin, owner }) =>
      jobs.enqueue({ service, input, texts, origin, owner, options: undefined }),
    find: (id) => jobs.find(id),
  };
}
