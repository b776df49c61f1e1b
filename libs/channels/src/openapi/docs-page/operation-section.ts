import type { Content, OpenApiDocument, Operation, Reference, Response } from '../openapi-document';
import { formatCurl } from './curl';
import { type Html, html } from './html';
import type { PlacedOperation } from './placed-operation';
import { renderMember, renderRequired } from './schema-view';

/** Renders an operation: request, security, responses and an example. */
export function renderOperation(placed: PlacedOperation): Html {
  const { method, path, operation, document } = placed;
  const { operationId, summary, description, requestBody, responses, deprecated = false } = operation;
  return html`<section id="${toAnchor(operationId)}">
    <h3>${summary}${deprecated && html`<span class="tag">deprecated</span>`}</h3>
    <p class="route"><b class="${method}">${method}</b> ${path}</p>
    ${description !== undefined && html`<p>${description}</p>`} ${renderSecurity(operation)}
    ${renderParameters(operation)}
    ${
      requestBody &&
      html`<h4>Body (${renderRequired(requestBody.required)})</h4>
        ${renderContent(requestBody.content)}`
    }
    <h4>Responses</h4>
    ${Object.entries(responses)
      // Statuses first, then ranges, then `default`.
      .toSorted(([a], [b]) => getStatusOrder(a) - getStatusOrder(b))
      .map(([status, response]) => renderResponse(status, resolveResponse(response, document)))}
    <details>
      <summary>Example</summary>
      <pre>${formatCurl(placed)}</pre>
    </details>
  </section> `;
}

/** Returns the anchor of an operation. Names of channels may have any characters. */
export function toAnchor(operationId: string): string {
  return `channel-${encodeURIComponent(operationId)}`;
}

function getStatusOrder(status: string): number {
  if (status === 'default') return 1_000;
  return Number(status.replace('XX', '99'));
}

function resolveResponse(response: Response | Reference, { components }: OpenApiDocument): Response {
  if (!('$ref' in response)) return response;
  return components.responses[response.$ref.split('/').at(-1) ?? ''] ?? { description: '' };
}

function renderSecurity({ security }: Operation): Html | undefined {
  if (security.length === 0) return undefined;
  const ways = security.flatMap(Object.entries<readonly string[]>).map(([name, scopes]) => {
    const needed = scopes.length > 0 && html` with ${scopes.join(', ')}`;
    return html`<li><code>${name}</code>${needed}</li>`;
  });
  return html`<h4>Security: any one of</h4>
    <ul>
      ${ways}
    </ul>`;
}

function renderParameters({ parameters = [] }: Operation): Html | undefined {
  if (parameters.length === 0) return undefined;
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${place}</td>
        <td>${renderRequired(required)}</td>
        <td>${renderMember(schema)} ${description}</td>
      </tr>`,
  );
  return html`<h4>Parameters</h4>
    <table>
      ${rows}
    </table>`;
}

function renderContent(content: Content): Html {
  const rows = Object.entries(content).map(
    ([mediaType, { schema = {} }]) => html`<li><code>${mediaType}</code> ${renderMember(schema)}</li>`,
  );
  return html`<ul>
    ${rows.length > 0 ? rows : html`<li class="dim">no body</li>`}
  </ul>`;
}

function renderResponse(status: string, { description, headers = {}, content = {} }: Response): Html {
  const [first = '', ...lines] = description.split('\n').filter((line) => line !== '');
  const errors = lines.map(renderErrorLine);
  const isError = errors.length > 0;
  return html`<details>
    <summary><code>${status}</code> ${first} <span class="dim">${isError && summarizeCodes(lines)}</span></summary>
    ${
      isError
        ? html`<ul>
            ${errors}
          </ul>`
        : renderContent(content)
    }
    <p class="dim">${[...Object.keys(headers), ...(isError ? Object.keys(content) : [])].join(' · ')}</p>
  </details>`;
}

const ERROR_LINE = /^- (?:\[`(?<linked>[^`]+)`\]\((?<page>[^)]+)\)|`(?<plain>[^`]+)`): (?<title>.*)$/;

/** Renders a line of the description of an error response: a code, perhaps with a link to its page, and its title. */
function renderErrorLine(line: string): Html {
  const { linked, page, plain, title } = ERROR_LINE.exec(line)?.groups ?? {};
  if (linked !== undefined)
    return html`<li>
      <a href="${page}"><code>${linked}</code></a> ${title}
    </li>`;
  return plain === undefined ? html`<li>${line}</li>` : html`<li><code>${plain}</code> ${title}</li>`;
}

function summarizeCodes(lines: readonly string[]): string {
  const codes = lines.flatMap((line) => /`([^`]+)`/.exec(line)?.[1] ?? []);
  return codes.slice(0, 3).join(', ') + (codes.length > 3 ? ` and ${codes.length - 3} more` : '');
}
