import { toSlug } from './built-in-entries';
import type { CatalogueEntry, RetryRule } from './catalogue-entry';
import { escapeHtml } from './escape-html';

const RETRY_SENTENCES: Readonly<Record<RetryRule, string>> = {
  never: 'No: the same request would fail again.',
  idempotent: 'Yes, if the method is GET, HEAD, PUT, DELETE or OPTIONS, or the request has an Idempotency-Key.',
  afterDelay: 'Yes, after the time in Retry-After, or after a while if there is none.',
};

/** Creates the JSON document that explains an error to programs. */
export function createErrorDocument(entry: CatalogueEntry): object {
  const { code, status, title, meaning, remedy } = entry;
  return { code, slug: toSlug(code), status, title, meaning, remedy, retry: RETRY_SENTENCES[entry.retry] };
}

/** Renders the HTML page that explains an error to people, without scripts and external styles. */
export function renderErrorPage(entry: CatalogueEntry): string {
  const [code, title, meaning, remedy] = [entry.code, entry.title, entry.meaning, entry.remedy].map(escapeHtml);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } dt { font-weight: bold; margin-top: 1rem }</style>
<h1>${title}</h1>
<p><code>${code}</code>, HTTP status ${entry.status}</p>
<dl>
<dt>What it means</dt><dd>${meaning}</dd>
<dt>What to do</dt><dd>${remedy}</dd>
<dt>May the request be retried?</dt><dd>${RETRY_SENTENCES[entry.retry]}</dd>
</dl>
</html>
`;
}
