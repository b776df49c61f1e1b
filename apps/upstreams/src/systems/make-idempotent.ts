import type { UpstreamResponse } from '../upstream-response';
import type { Handler } from '../router';
import { addToBoundedMap } from './bounded-map';

/** Runs `handler` once per `Idempotency-Key` and replays its first response; without a key it runs every time. */
export function makeIdempotent(handler: Handler): Handler {
  const answers = new Map<string, UpstreamResponse>();
  return (call) => {
    const key = call.headers['idempotency-key'];
    if (typeof key !== 'string') return handler(call);
    const answer = answers.get(key) ?? handler(call);
    addToBoundedMap(answers, key, answer);
    return answer;
  };
}
