import { formatSuggestion } from '../../problems/nearest-name';
import { StoreUrlError } from './store-url-error';

/** Rejects unknown parameters, which would be ignored silently. @throws {StoreUrlError} */
export function checkParameters(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (known.includes(name)) continue;
    const expected = known.length === 0 ? 'none' : known.join(', ');
    throw new StoreUrlError(
      `unknown parameter \`${name}\` in the URL: expected ${expected}${formatSuggestion(name, known)}`,
    );
  }
}
