import type { Info, OpenApiDocument, Operation } from '../openapi-document';
import { type Html, html } from './html';
import { toAnchor, renderOperation } from './operation-section';
import { renderSchema } from './schema-view';
import { STYLE } from './style';

/**
 * Renders a document as a page: channels with their requests and responses, errors and schemas. It is one file without scripts or other
 * resources.
 *
 * @param documentPath - path of the document itself
 */
export function renderDocsPage(document: OpenApiDocument, documentPath: string): string {
  const { info, tags, components } = document;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const tagged = tags.map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const schemas = Object.entries(components.schemas);
  const body = html`
    <nav>
      <h1><a href="#top">${info.title}</a></h1>
      <p>${info.version} · <a href="${documentPath}">OpenAPI ${document.openapi}</a></p>
      ${tagged.map(
        (tag) =>
          html`<h2>${tag.name}</h2>
            <ul>
              ${tag.operations.map(renderNavigationEntry)}
            </ul>`,
      )}
      <h2>schemas</h2>
      <ul>
        ${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}
      </ul>
    </nav>
    <main id="top">
      ${info.description !== undefined && html`<p>${info.description}</p>`} ${renderAbout(info)}
      ${tagged.map(
        (tag) =>
          html`<h2>${tag.name}</h2>
            ${tag.description !== undefined && html`<p>${tag.description}</p>`}
            ${tag.operations.map((each) => renderOperation({ ...each, document }))}`,
      )}
      <h2>Schemas</h2>
      ${schemas.map(
        ([name, schema]) =>
          html`<section id="schema-${name}">
            <h3>${name}</h3>
            ${renderSchema(schema)}
          </section>`,
      )}
    </main>
  `;
  return renderPage(info.title, body);
}

/** Renders contact, license and terms of service, with links where they are configured. */
function renderAbout({ contact = {}, license, termsOfService }: Info): Html {
  const name = contact.name ?? contact.email ?? contact.url;
  const href = contact.url ?? (contact.email === undefined ? undefined : `mailto:${contact.email}`);
  return html`<ul class="dim">
    ${name !== undefined && html`<li>Contact: ${renderLink(name, href)}</li>`}
    ${license && html`<li>License: ${renderLink(license.name, license.url)}</li>`}
    ${termsOfService !== undefined && html`<li>${renderLink('Terms of service', termsOfService)}</li>`}
  </ul>`;
}

function renderLink(text: string, href: string | undefined): Html {
  return href === undefined ? html`${text}` : html`<a href="${href}">${text}</a>`;
}

interface ListedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function renderNavigationEntry({ method, path, operation }: ListedOperation): Html {
  return html`<li>
    <a href="#${toAnchor(operation.operationId)}" title="${path}"
      ><b class="${method}">${method}</b> ${operation.operationId}</a
    >
  </li> `;
}

function renderPage(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}
