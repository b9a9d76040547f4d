/** The editor, loaded when the part is opened; in a shadow root its style sheets are those a strict policy allows. */
import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics, lintGutter, type Diagnostic } from "@codemirror/lint";
import { tags } from "@lezer/highlight";
import { EditorView, basicSetup } from "codemirror";
import type { Place } from "./place.ts";

export interface Editor {
  text(): string;
  setText(text: string): void;
  mark(marks: readonly Mark[]): void;
  destroy(): void;
}

/** A message about a part of a line. */
export interface Mark extends Place {
  readonly message: string;
}

/** In the page's own colours, light and dark. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--code-value)" },
  { tag: [tags.typeName, tags.className, tags.namespace], color: "var(--code-type)" },
  { tag: tags.comment, color: "var(--soft)" },
  {
    tag: [tags.definition(tags.variableName), tags.propertyName, tags.definition(tags.propertyName)],
    color: "var(--ink)",
  },
]);

export function createEditor(host: HTMLElement, text: string, onChange: (text: string) => void): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const view = new EditorView({
    doc: text,
    root,
    parent: root,
    extensions: [
      basicSetup,
      syntaxHighlighting(COLOURS),
      javascript({ typescript: true }),
      lintGutter(),
      EditorView.contentAttributes.of({ "aria-label": "Layer in TypeScript" }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) onChange(state.doc.toString());
      }),
      EditorView.theme({
        "&": {
          fontSize: "14px",
          border: "1px solid var(--soft)",
          borderRadius: "8px",
          maxHeight: "34rem",
          backgroundColor: "var(--paper)",
          color: "var(--ink)",
        },
        ".cm-scroller": { overflow: "auto", fontFamily: "var(--mono)" },
        ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--soft)", border: "none" },
        ".cm-activeLine, .cm-activeLineGutter": {
          backgroundColor: "var(--panel)",
        },
        // Without the pictures in an address that a strict policy refuses.
        ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--wrong)" },
        ".cm-lint-marker-error": { content: "none" },
        ".cm-lint-marker-error::before": { content: "'✕'", color: "var(--wrong)", fontWeight: "bold" },
        ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--soft)" },
        ".cm-cursor": { borderLeftColor: "var(--ink)" },
      }),
    ],
  });
  view.scrollDOM.tabIndex = 0;
  return {
    text: () => view.state.doc.toString(),
    setText(next) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    mark(marks) {
      const diagnostics = marks.map(({ line, from, to, message }): Diagnostic => {
        const found = view.state.doc.line(Math.max(1, Math.min(view.state.doc.lines, line))),
          at = (column: number) => Math.min(found.to, found.from + column);
        return { from: at(from), to: at(to), severity: "error", message };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    destroy() {
      view.destroy();
    },
  };
}
