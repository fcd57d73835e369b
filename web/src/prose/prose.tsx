import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { isPlainClick, navigate } from '../router';
import type * as HighlightModule from './highlight';
import { needs, resolveLink } from './links';
import type * as MathsModule from './maths';
import type * as ChartsModule from './mermaid';
import './prose.css';

type Maths = typeof MathsModule;
type Charts = typeof ChartsModule;
type Highlight = typeof HighlightModule;

// Loaded once, when a page first needs them; known afterwards, so that later pages are whole at once.
let maths: Maths | undefined;
let charts: Charts | undefined;
let highlight: Highlight | undefined;

interface Ready {
  element: HTMLElement;
  release: () => void;
}

function copyButton(code: HTMLElement): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button small copy no-print';
  const word = document.createElement('span');
  word.setAttribute('aria-live', 'polite');
  word.textContent = 'Copy';
  const rest = document.createElement('span');
  rest.className = 'visually-hidden';
  rest.textContent = ' the code';
  button.append(word, rest);
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(code.textContent ?? '').then(
      () => (word.textContent = 'Copied'),
      () => (word.textContent = 'Not allowed'),
    );
    setTimeout(() => (word.textContent = 'Copy'), 1600);
  });
  return button;
}

const languageNames: Record<string, string> = { python: 'Python', py: 'Python', output: 'Output', sh: 'Shell', bash: 'Shell', console: 'Shell', yaml: 'YAML', json: 'JSON', text: '' };

function dressCode(root: HTMLElement): void {
  for (const pre of root.querySelectorAll<HTMLElement>('pre')) {
    const code = pre.querySelector('code');
    if (code === null || pre.classList.contains('mermaid')) continue;
    const language = /\blanguage-([\w+-]+)/.exec(code.className)?.[1] ?? '';
    const text = code.textContent ?? '';
    if ((language === 'python' || language === 'py') && highlight !== undefined) code.replaceChildren(highlight.highlightPython(text));
    const block = document.createElement('div');
    block.className = language === 'output' ? 'code-block output' : 'code-block';
    pre.replaceWith(block);
    const name = languageNames[language] ?? language;
    if (name !== '') {
      const label = document.createElement('p');
      label.className = 'code-label';
      label.textContent = name;
      block.append(label);
    }
    block.append(pre);
    if (language !== 'output') block.append(copyButton(code));
  }
}

/** A table that is wider than the page scrolls by itself. */
function dressTables(root: HTMLElement): void {
  for (const table of root.querySelectorAll('table')) {
    if (table.parentElement?.classList.contains('table-scroll')) continue;
    const box = document.createElement('div');
    box.className = 'table-scroll';
    table.replaceWith(box);
    box.append(table);
  }
}

function dressLinks(root: HTMLElement): void {
  for (const link of root.querySelectorAll<HTMLAnchorElement>('a[href]')) {
    const href = link.getAttribute('href') ?? '';
    const resolved = resolveLink(href);
    if (resolved !== href) link.setAttribute('href', resolved);
    if (/^https?:/.test(resolved)) {
      link.rel = 'noreferrer noopener';
      link.target = '_blank';
    }
    if (link.classList.contains('footnote-backref')) link.setAttribute('aria-label', link.getAttribute('aria-label') ?? 'Back to the text');
    const mark = link.parentElement?.tagName === 'SUP' || link.closest('.footnote-ref') !== null;
    if (mark && !link.classList.contains('footnote-backref')) link.setAttribute('aria-label', `Source ${link.textContent ?? ''}`);
  }
}

async function dressCharts(root: HTMLElement): Promise<() => void> {
  const releases: (() => void)[] = [];
  for (const [index, pre] of [...root.querySelectorAll<HTMLElement>('pre.mermaid')].entries()) {
    const source = pre.textContent ?? '';
    const figure = document.createElement('figure');
    figure.className = 'chart';
    try {
      const drawing = await (charts as Charts).draw(source);
      releases.push(drawing.release);
      drawing.svg.setAttribute('role', 'img');
      drawing.svg.removeAttribute('aria-roledescription');
      if (!drawing.svg.hasAttribute('aria-labelledby')) drawing.svg.setAttribute('aria-label', `Chart ${index + 1}; its text follows`);
      const frame = document.createElement('div');
      frame.className = 'chart-frame';
      frame.append(drawing.svg);
      const details = document.createElement('details');
      const summary = document.createElement('summary');
      summary.textContent = 'The chart as text';
      const text = document.createElement('pre');
      text.textContent = source.trim();
      details.append(summary, text);
      figure.append(frame, details);
    } catch (error) {
      const message = document.createElement('p');
      message.className = 'note';
      message.textContent = `This chart could not be drawn: ${(error as Error).message.split('\n')[0]}`;
      const text = document.createElement('pre');
      text.textContent = source.trim();
      figure.append(message, text);
    }
    pre.replaceWith(figure);
  }
  return () => releases.forEach((release) => release());
}

function build(html: string, tag: 'div' | 'span'): HTMLElement {
  const template = document.createElement('template');
  template.innerHTML = html;
  const element = document.createElement(tag);
  element.append(template.content);
  if (maths !== undefined) element.querySelectorAll<HTMLElement>('.math').forEach(maths.setMaths);
  dressCode(element);
  dressTables(element);
  dressLinks(element);
  return element;
}

/** A box that scrolls must be reachable by keyboard; one that doesn't should not be a stop on the way. */
function reachableWhenScrolling(root: HTMLElement): () => void {
  const boxes = [...root.querySelectorAll<HTMLElement>('pre, .chart-frame, .table-scroll, .table-wrapper, .katex-display')];
  const update = () => {
    for (const box of boxes) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls) {
        box.tabIndex = 0;
        if (box.tagName !== 'PRE' && !box.hasAttribute('role')) box.setAttribute('role', 'group');
        if (!box.hasAttribute('aria-label')) box.setAttribute('aria-label', box.tagName === 'PRE' ? 'Code, scrolls sideways' : 'Scrolls sideways');
        if (box.tagName === 'PRE') box.setAttribute('role', 'group');
      } else if (box.hasAttribute('tabindex')) {
        box.removeAttribute('tabindex');
        box.removeAttribute('role');
        box.removeAttribute('aria-label');
      }
    }
  };
  update();
  const observer = new ResizeObserver(update);
  observer.observe(root);
  return () => observer.disconnect();
}

interface ProseProps {
  html: string;
  /** Running text inside a line, such as an option of a question. */
  inline?: boolean;
  className?: string;
  onReady?: (root: HTMLElement) => void;
}

/**
 * The server's safe HTML, with mathematics set, charts drawn and code made copyable. It appears whole: nothing in it
 * moves once it is on the page.
 */
export function Prose({ html, inline = false, className = 'prose', onReady }: ProseProps) {
  const holder = useRef<HTMLDivElement & HTMLSpanElement>(null);
  const [loaded, setLoaded] = useState(0);
  const need = needs(html);
  const waiting = (need.maths && maths === undefined) || (need.charts && charts === undefined) || (need.code && highlight === undefined);

  useEffect(() => {
    if (!waiting) return;
    let left = false;
    const jobs: Promise<unknown>[] = [];
    if (need.maths) jobs.push(import('./maths').then((module) => (maths = module)));
    if (need.charts) jobs.push(import('./mermaid').then((module) => (charts = module)));
    if (need.code) jobs.push(import('./highlight').then((module) => (highlight = module)));
    void Promise.allSettled(jobs).then(() => {
      if (!left) setLoaded((number) => number + 1);
    });
    return () => {
      left = true;
    };
  }, [waiting, need.maths, need.charts, need.code]);

  useLayoutEffect(() => {
    const place = holder.current;
    if (place === null || (waiting && loaded === 0)) return;
    let gone = false;
    const ready: Ready = { element: build(html, inline ? 'span' : 'div'), release: () => undefined };
    let stopWatching = () => {};
    const show = () => {
      if (gone) return;
      place.replaceChildren(...ready.element.childNodes);
      stopWatching = reachableWhenScrolling(place);
      onReady?.(place);
    };
    if (need.charts && charts !== undefined) {
      void dressCharts(ready.element).then((release) => {
        ready.release = release;
        if (gone) release();
        else show();
      });
    } else {
      show();
    }
    return () => {
      gone = true;
      stopWatching();
      ready.release();
    };
  }, [html, inline, waiting, loaded, need.charts, onReady]);

  const follow = (event: React.MouseEvent) => {
    const link = (event.target as Element).closest('a');
    const href = link?.getAttribute('href') ?? '';
    if (link === null || link.target === '_blank' || !isPlainClick(event) || !/^[/#]/.test(href) || href.startsWith('//') || href.startsWith('/api/')) return;
    event.preventDefault();
    navigate(href.startsWith('#') ? `${window.location.pathname}${window.location.search}${href}` : href);
  };

  return inline ? <span ref={holder} className={className} onClick={follow} /> : <div ref={holder} className={className} onClick={follow} />;
}
