import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Sets the TeX of an element; a mistake in it shows the TeX as written, in the colour of an error. */
export function setMaths(element: HTMLElement): void {
  const tex = element.dataset['tex'] ?? element.textContent ?? '';
  const displayMode = element.classList.contains('display') || element.tagName === 'DIV';
  try {
    katex.render(tex, element, { displayMode, throwOnError: true, strict: 'ignore', trust: false, maxExpand: 200 });
  } catch {
    element.textContent = tex;
    element.classList.add('maths-error');
  }
}
