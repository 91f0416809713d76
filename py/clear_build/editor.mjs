// What the score editor takes of CodeMirror, for esbuild to put into one file: vendor/js/codemirror.mjs.
export { EditorView, basicSetup } from "codemirror";
export { autocompletion } from "@codemirror/autocomplete";
export { python } from "@codemirror/lang-python";
export { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { Compartment, EditorState } from "@codemirror/state";
export { tags } from "@lezer/highlight";
