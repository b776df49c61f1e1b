import type { JobClient } from '@trunkline/channels';
import type { Jobs } from '@trunkline/jobs';

/** The jobs of the bus, as channels see them. */
export function createJobClient(jobs: Jobs): JobClient {
  return {
    enqueue: ({ service, input, coercibleMembers, origin, owner }) =>
      jobs.enqueue({ service, input, coercibleMembers, origin, owner, options: undefined }),
    find: (id) => jobs.find(id),
  };
}
