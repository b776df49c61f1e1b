import type { Problem } from '../problem';
import { addExtensionMembers } from './extension-members';

/** Codes with another name in this format: that of OAuth 2.0, or a common one. */
const FLAT_CODES: ReadonlyMap<string, string> = new Map([
  ['ROUTE_NOT_FOUND', 'not_found'],
  ['MALFORMED_BODY', 'bad_request'],
  ['BAD_REQUEST', 'bad_request'],
  ['AUTH_REQUIRED', 'unauthorized_client'],
  ['INVALID_CREDENTIALS', 'unauthorized_client'],
]);

/** Converts a code to its name in the flat format. */
export function toFlatCode(code: string): string {
  return FLAT_CODES.get(code) ?? code.toLowerCase();
}

/** Formats a problem on one level with snake-case codes, like errors of OAuth 2.0 (RFC 6749 §5.2), `application/json`. */
export function formatAsFlat(problem: Problem): object {
  const members = {
    error: toFlatCode(problem.code),
    error_description: problem.title,
    detail: problem.detail,
    ...(problem.violations.length > 0 && {
      validation_errors: problem.violations.map(({ field, detail }) => ({ field, message: detail })),
    }),
    ...(problem.violationCount !== undefined && { error_count: problem.violationCount }),
    ...(problem.retryAfter !== undefined && { retry_after: problem.retryAfter }),
    request_id: problem.cid,
  };
  return addExtensionMembers(members, problem.data);
}
