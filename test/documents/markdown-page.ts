import { readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface CodeBlock {
  /** Number of the block in the page, from 1. */
  readonly number: number;
  readonly language: string;
  readonly text: string;
  /** The file to save it as: `// services/a.service.ts` as its first line, or `<!-- file: tsconfig.json -->`. */
  readonly file: string | undefined;
}

/** A link of a page into this repository. */
export interface Link {
  /** Relative to the page; empty for the page itself. */
  readonly path: string;
  readonly anchor: string | undefined;
}

const CODE_BLOCK = /^(?:<!-- file: (.*) -->\s*)?^```(\S*)\n([^]*?)^```$/gm;
const FILE_LINE = /^(?:\/\/|#) ([\w./-]+\.\w+)\n/;
const LINK = /\]\(([^)\s]+)\)/g;
const HEADING = /^#+ (.*)$/gm;

/** The parts of a Markdown page that specs can check. */
export class MarkdownPage {
  readonly blocks: readonly CodeBlock[];
  /** The text outside fenced blocks. */
  readonly prose: string;

  constructor(path: string) {
    const text = readFileSync(path, 'utf8');
    this.blocks = [...text.matchAll(CODE_BLOCK)].map(([, hiddenFile, language = '', code = ''], index) => ({
      number: index + 1,
      language,
      text: code,
      file: hiddenFile ?? FILE_LINE.exec(code)?.[1],
    }));
    this.prose = text.replaceAll(CODE_BLOCK, '');
  }

  findBlocks(language: string): readonly CodeBlock[] {
    return this.blocks.filter((block) => block.language === language);
  }

  get links(): readonly Link[] {
    const targets = [...this.prose.matchAll(LINK)].map(([, target = '']) => target);
    return targets
      .filter((target) => !/^https?:/.test(target))
      .map((target) => {
        const [path = '', anchor] = target.split('#');
        return { path, anchor };
      });
  }

  /** The anchors that GitHub creates from headings. */
  get anchors(): readonly string[] {
    return [...this.prose.matchAll(HEADING)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  }
}
