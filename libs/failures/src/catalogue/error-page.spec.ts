import { createErrorDocument, renderErrorPage } from './error-page';
import { ErrorCatalogue } from './error-catalogue';

const builtIn = new ErrorCatalogue().list();

describe('the page of an error', () => {
  it.each(builtIn)('explains to people what $code means, what to do and whether to retry', (entry) => {
    const page = renderErrorPage(entry);

    expect(page).toContain(`<code>${entry.code}</code>`);
    for (const heading of ['What it means', 'What to do', 'May the request be retried?'])
      expect(page).toContain(heading);
  });

  it.each(builtIn)('has the same facts of $code for programs', (entry) => {
    const { code, status, title, meaning, remedy } = entry;

    expect(createErrorDocument(entry)).toEqual({
      code,
      slug: code.toLowerCase().replaceAll('_', '-'),
      status,
      title,
      meaning,
      remedy,
      retry: expect.stringMatching(/^(Yes|No)/),
    });
  });

  it('shows the text of a service as text, never as markup', () => {
    const catalogue = new ErrorCatalogue();
    const hostile = `<script>alert("1")</script> & 'x'`;
    catalogue.declare('HOSTILE', { status: 400, title: hostile, description: hostile });
    const [entry] = catalogue.list().filter(({ code }) => code === 'HOSTILE');

    const page = entry && renderErrorPage(entry);

    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;');
  });

  it('loads nothing from other hosts', () => {
    for (const entry of builtIn) expect(renderErrorPage(entry)).not.toMatch(/src=|href=|@import|url\(/);
  });
});
