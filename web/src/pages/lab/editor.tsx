import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useLayoutEffect, useRef } from 'react';

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--paper-raised)', fontSize: '0.9375rem' },
  '&.cm-focused': { outline: '3px solid var(--act)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '20rem', maxHeight: '70vh' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.75rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--paper-sunk)', color: 'var(--ink-faint)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--act) 7%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--act) 26%, transparent)' },
  '.cm-matchingBracket': { outline: '1px solid var(--rule-strong)' },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: 'var(--act)' },
    { tag: [tags.string, tags.special(tags.string)], color: 'var(--done)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--due)' },
    { tag: [tags.comment], color: 'var(--ink-faint)', fontStyle: 'italic' },
    { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], fontWeight: '650' },
  ]),
);

interface Props {
  name: string;
  /** What the file holds when the editor opens on it, and whenever `restored` changes; between, the text is the editor's own. */
  text: string;
  restored: number;
  onChange: (name: string, text: string) => void;
  onRun: () => void;
}

/**
 * CodeMirror inside a shadow root, where it keeps its rules in adopted sheets: the page's policy allows no style
 * elements. Escape, then Tab leaves it. Its effects run before the browser takes another key, so that on a busy
 * machine no key reaches the file shown before, and `text`, which follows what is typed, is never put back over it.
 */
export default function Editor({ name, text, restored, onChange, onRun }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const handlers = useRef({ onChange, onRun });
  useLayoutEffect(() => {
    handlers.current = { onChange, onRun };
  });

  useLayoutEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const run = () => {
      handlers.current.onRun();
      return true;
    };
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          keymap.of([{ key: 'Mod-Enter', run }, indentWithTab, ...defaultKeymap, ...historyKeymap]),
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          indentUnit.of('    '),
          python(),
          colours,
          look,
          EditorView.contentAttributes.of({ 'aria-label': `Editor: ${name}`, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) handlers.current.onChange(name, update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [name]);

  useLayoutEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [restored]);

  return <div ref={host} className="editor" data-editor={name} />;
}
