import type { ErrorResponder } from '@trunkline/http-server';
import type { JobSubmitter } from '@trunkline/service';
import type { ChannelFeature } from '../../channel-feature';
import type { ChannelInvokers } from '../../http/request-handler';
import { createAsyncHandler } from './async-handler';
import { asyncOption, type AsyncOptions } from './async-options';
import { describeAsync } from './describe-async';
import { createEnqueueOperation } from './enqueue-operation';

type Dependencies = {
  readonly jobs: JobSubmitter;
  readonly errorResponder: ErrorResponder;
  readonly invokers: ChannelInvokers;
};

/** Accepts requests as jobs: always, or where the client prefers it (`Prefer: respond-async`, RFC 7240 §4.1). */
export const async = {
  options: { async: asyncOption },
  findProblems: ({ async: isAsync, topic }) =>
    topic !== undefined && isAsync !== false ? [{ key: 'async', message: NOT_FOR_TOPICS }] : [],
  aroundInvoke(next, channel, { jobs, errorResponder, invokers }) {
    if (channel.options.async === false) return next;
    const enqueue = invokers.enhance(channel, createEnqueueOperation(channel, { jobs, errorResponder }));
    return createAsyncHandler(channel, { enqueue, errorResponder, handleSync: next });
  },
  describe: describeAsync,
} satisfies ChannelFeature<AsyncOptions, Dependencies>;

const NOT_FOR_TOPICS = 'expected no `async`: messages of a topic are processed later anyway';
