import type { Problem } from '../problem';
import { addExtensionMembers } from './extension-members';

/** Formats a problem as one `error` member, `application/json`. */
export function formatAsEnvelope(problem: Problem): object {
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
  return { error: addExtensionMembers(members, problem.data) };
}
