import type { Answer } from '../answer';
import type { Handler } from '../router';
import { addBounded } from './bounded';

/** Runs `handler` once per `Idempotency-Key` and repeats its first answer; without a key it runs every time. */
export function oncePerKey(handler: Handler): Handler {
  const answers = new Map<string, Answer>();
  return (call) => {
    const key = call.headers['idempotency-key'];
    if (typeof key !== 'string') return handler(call);
    const answer = answers.get(key) ?? handler(call);
    addBounded(answers, key, answer);
    return answer;
  };
}
