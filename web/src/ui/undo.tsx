/** Takes back the last change of what a part of the page is set to. */
export function UndoButton({ undo }: { readonly undo: (() => void) | undefined }) {
  return (
    <button type="button" disabled={undo === undefined} aria-keyshortcuts="Control+Z Meta+Z" onClick={() => undo?.()}>
      Undo
    </button>
  );
}
