import type { Problem } from '../problem';
import { withFacts } from './with-facts';

/** Everything in one `error` member, `application/json`. */
export function envelopeFormat(problem: Problem): object {
  const members = {
    code: problem.code,
    message: problem.title,
    detail: problem.detail,
    ...(problem.violations.length > 0 && {
      details: problem.violations.map(({ field, detail }) => ({ field, issue: detail })),
    }),
    ...(problem.violationCount !== undefined && { error_count: problem.violationCount }),
    ...(problem.retryAfter !== undefined && { retry_after: problem.retryAfter }),
    request_id: problem.cid,
    timestamp: new Date().toISOString(),
  };
  return { error: withFacts(members, problem.data) };
}
