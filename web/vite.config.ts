import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Content has flowcharts and sequence diagrams only. Mermaid's other diagrams, its other layouts and its own copy of
 * KaTeX would be three times what is used, and every file of dist is embedded in the binary.
 */
function mermaidOnlyWhatIsUsed(): Plugin {
  const unused = '\0mermaid-unused';
  const chunk = /\/chunks\/mermaid\.core\/([A-Za-z0-9-]+?)-[A-Z0-9]{8}\.mjs$/;
  const kept = /^(flowDiagram|sequenceDiagram|chunk|dagre|sizeCapture)$/;
  return {
    name: 'mermaid-only-what-is-used',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!importer?.includes('/mermaid/dist/')) return null;
      if (source === 'katex') return unused;
      const name = chunk.exec(source.replace(/^\./, ''))?.[1] ?? /^\.\/([A-Za-z0-9-]+?)-[A-Z0-9]{8}\.mjs$/.exec(source)?.[1];
      return name !== undefined && !kept.test(name) ? unused : null;
    },
    load(id) {
      if (id !== unused) return null;
      return {
        code: `const refuse = () => { throw new Error('only flowcharts and sequence diagrams are drawn'); };
               export const diagram = { parser: { parse: refuse }, db: {}, renderer: { draw: refuse } };
               export const render = refuse;
               export default { renderToString: refuse };`,
        syntheticNamedExports: 'diagram',
      };
    },
  };
}

/** KaTeX's sheet names each font three times; every browser that runs this page takes woff2. */
function onlyWoff2(): Plugin {
  return {
    name: 'only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!/katex(\.min)?\.css/.test(id)) return null;
      return { code: code.replace(/,\s*url\([^)]+\)\s*format\(["'](?:woff|truetype)["']\)/g, ''), map: null };
    },
  };
}

/** Replaces a piece of a package's source, and fails the build when the piece is no longer there. */
function rewrite(name: string, file: RegExp, pieces: [string, string][]): Plugin {
  return {
    name,
    enforce: 'pre',
    transform(code, id) {
      if (!file.test(id)) return null;
      let changed = code;
      for (const [piece, replacement] of pieces) {
        if (!changed.includes(piece)) this.error(`${id}: expected to find ${JSON.stringify(piece)}`);
        changed = changed.replaceAll(piece, replacement);
      }
      return { code: changed, map: null };
    },
  };
}

/**
 * Mermaid puts its rules into a style element and style attributes, which the Content-Security-Policy refuses. The rules
 * go to a constructed sheet instead (src/prose/mermaid.ts reads it), the attributes through the CSSOM.
 */
const mermaidWithoutInlineStyles = [
  rewrite('mermaid-sheet', /\/mermaid\/dist\/mermaid\.core\.mjs$/, [
    ['style1.innerHTML = rules;', 'const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); document.adoptedStyleSheets.push(sheet); globalThis.groundworkMermaidSheet = sheet;'],
    ['svg.insertBefore(style1, firstChild);', ''],
  ]),
  rewrite('d3-style-by-cssom', /\/d3-selection\/dist\/d3-selection\.mjs$/, [
    ['this.setAttribute(name, value);', 'name === "style" ? (this.style.cssText = value) : this.setAttribute(name, value);'],
    ['else this.setAttribute(name, v);', 'else if (name === "style") this.style.cssText = v; else this.setAttribute(name, v);'],
  ]),
  rewrite('mermaid-label-style', /\/mermaid\/dist\/chunks\/mermaid\.core\/chunk-4HAMMTFA\.mjs$/, [
    ['child.setAttribute("style", style);', 'child.style.cssText = style;'],
  ]),
];

export default defineConfig({
  plugins: [react(), mermaidOnlyWhatIsUsed(), ...mermaidWithoutInlineStyles, onlyWoff2()],
  build: {
    target: 'es2022',
    // The Content-Security-Policy has no data: for scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/healthz': 'http://127.0.0.1:8080' } },
});
