import { Message } from "../ui/inputs.tsx";
import type { OwnScript } from "./use-own.ts";

/** Asks before a layer that came with a link is run. */
export function AskOwn({ own: { agree, failed } }: { readonly own: OwnScript }) {
  if (failed !== undefined) return <Message kind="wrong">{failed}</Message>;
  if (agree === undefined) return null;
  return (
    <div class="message note" role="status">
      <p>This link brings a layer that somebody wrote. It is run in this browser only if you agree.</p>
      <button type="button" onClick={agree}>
        Run the layer
      </button>{" "}
      <a href="#own-layer">Write one of your own</a>
    </div>
  );
}
