import { dropUnknownMembers, type InvocationRequest } from '@trunkline/service';
import type { Channel } from '../../http/channel';

const NO_MEMBERS: readonly string[] = [];

/**
 * Removes the unknown members that a channel tolerates from the input of a job. A job stores its input and validates it once more when it
 * runs, without knowing its channel.
 */
export async function removeDroppable(
  { service }: Channel,
  { input, coercibleMembers = NO_MEMBERS, droppableMembers }: InvocationRequest,
): Promise<unknown> {
  if (!droppableMembers || !service.validateInput) return input;
  const options = { coercible: coercibleMembers, droppable: droppableMembers };
  return dropUnknownMembers(service.validateInput, input, options);
}
