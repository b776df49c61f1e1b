import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChannelRoute } from './channel';
import type { AnswerWitness } from './channel-handler';
import type { FailureReply } from './failure-reply';
import { type ReadyAnswer, sendAnswer } from './reply';
import type { Representation } from './representation/representation';

/** A request, its reply, and whoever wants to see the answer before the client does. */
export interface Exchange {
  readonly request: FastifyRequest<ChannelRoute>;
  readonly reply: FastifyReply;
  readonly witness: AnswerWitness | undefined;
}

/** Ends an exchange with an answer; where a filter of the application has replied in its own way, that was the answer. */
export function giveAnswer(
  { request, reply, witness }: Exchange,
  answer: ReadyAnswer,
  representation: Representation,
): void {
  if (reply.sent) return witness?.repliedElsewhere(reply.statusCode);
  if (!witness) return sendAnswer(request, reply, { answer, representation });
  witness.answered(answer, () => sendAnswer(request, reply, { answer, representation }));
}

/** Ends an exchange that has failed with whatever was thrown. */
export function giveFailure({ request, reply, witness }: Exchange, thrown: unknown, failures: FailureReply): void {
  if (reply.sent) return witness?.repliedElsewhere(reply.statusCode);
  if (!witness) return failures.send(thrown, request, reply);
  const answer = failures.answerTo(thrown, request, reply);
  witness.failed(answer, () => failures.sendAnswer(answer, request, reply));
}
