// @ts-check
/** CodeMirror as a score is written in it: Python, the few names that exist, and the line where it went wrong. */
import {
  Compartment, EditorState, EditorView, HighlightStyle, autocompletion, basicSetup, indentUnit, lintGutter, python, setDiagnostics,
  syntaxHighlighting, tags,
} from '../vendor/js/codemirror.mjs';
import { t } from '../lib/i18n.js';

/** Attributes of what a score is given, and the names around them. */
const NAMES = {
  pictures: ['embedding', 'logits', 'probabilities', 'pixels', 'photos', 'classes', 'scale'],
  photo: ['id', 'service', 'title', 'owner', 'tags', 'license', 'width', 'height', 'page_url'],
  marked: ['embedding', 'liked'],
  top: ['candidates', 'source', 'np', 'class_name', 'other', 'marked', 'score', 'rerank'],
};
const OWNERS = /** @type {Record<string, string[]>} */ ({ candidates: NAMES.pictures, source: NAMES.pictures, other: NAMES.pictures, photo: NAMES.photo, marked: NAMES.marked });

/** @param {any} context of CodeMirror */
function complete(context) {
  const member = context.matchBefore(/\b\w+\.\w*/);
  if (member) {
    const [owner] = member.text.split('.');
    const names = OWNERS[owner];
    return names ? { from: member.from + owner.length + 1, options: names.map((label) => ({ label, type: 'property' })) } : null;
  }
  const word = context.matchBefore(/\w+/);
  return word ? { from: word.from, options: NAMES.top.map((label) => ({ label, type: 'variable' })) } : null;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: 'var(--accent-strong)', fontWeight: '600' },
  { tag: [tags.string, tags.docString], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: tags.function(tags.definition(tags.variableName)), color: 'var(--accent)', fontWeight: '600' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--ground)', fontSize: '13px', maxHeight: '420px' },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--ground)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 8%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection': { backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent)' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '.cm-failed': { backgroundColor: 'var(--bad-soft)' },
});

export class ScoreEditor {
  #fixed = new Compartment();
  #view;

  /**
   * In a shadow root: there CodeMirror's styles are adopted sheets, which the content security policy allows.
   * @param {HTMLElement} place
   * @param {(code: string) => void} onEdit
   */
  constructor(place, onEdit) {
    const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' });
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          basicSetup, EditorView.lineWrapping, python(), indentUnit.of('    '), lintGutter(), syntaxHighlighting(colours), look,
          autocompletion({ override: [complete] }),
          EditorView.contentAttributes.of({ 'aria-label': t('options_score_code') }),
          EditorView.updateListener.of((update) => { if (update.docChanged && !this.#setting) onEdit(update.state.doc.toString()); }),
          this.#fixed.of(EditorState.readOnly.of(true)),
        ],
      }),
    });
  }

  #setting = false;

  /** Shows a score. @param {string} code @param {boolean} fixed may it not be changed? */
  show(code, fixed) {
    this.#setting = true;
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: code },
      effects: this.#fixed.reconfigure([EditorState.readOnly.of(fixed), EditorView.editable.of(!fixed)]),
    });
    this.#setting = false;
    this.mark(null);
  }

  /** Marks the line that went wrong, or none. @param {{line: number, message: string} | null} mistake */
  mark(mistake) {
    const { doc } = this.#view.state;
    const line = mistake && doc.line(Math.min(Math.max(1, mistake.line), doc.lines));
    const found = line ? [{ from: line.from, to: line.to, severity: /** @type {const} */ ('error'), message: mistake.message, markClass: 'cm-failed' }] : [];
    this.#view.dispatch(setDiagnostics(this.#view.state, found));
  }

  destroy() {
    this.#view.destroy();
  }
}
