import type { Problem } from '../problem';
import { addExtensionMembers } from './extension-members';

/** Formats a problem as `application/problem+json` (RFC 9457), with `errors` as in the example of its section 3. */
export function formatAsProblem(problem: Problem): object {
  const members = {
    type: problem.type,
    title: problem.title,
    status: problem.customStatus ?? problem.status,
    detail: problem.detail,
    instance: `urn:trunkline:cid:${problem.cid}`,
    code: problem.code,
    request_id: problem.cid,
    ...(problem.retryAfter !== undefined && { retry_after: problem.retryAfter }),
    ...(problem.violations.length > 0 && {
      errors: problem.violations.map(({ pointer, field, detail, rule }) => ({ pointer, field, detail, rule })),
    }),
    ...(problem.violationCount !== undefined && { error_count: problem.violationCount }),
  };
  return addExtensionMembers(members, problem.data);
}
