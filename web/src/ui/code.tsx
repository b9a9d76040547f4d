/** The same as a program of its own, to save or copy. It is written when it is asked for. */
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "./message-of.ts";
import { save } from "./picture.tsx";

interface ShowCodeProps {
  readonly file: string;
  /** @throws Error with a sentence for the page if there is none. */
  readonly load: () => Promise<string>;
  /** The layer of the user's own that the program imports. */
  readonly own: string;
  /** Changes with what the program is about. */
  readonly of: string;
}

export function ShowCode({ file, load, own, of }: ShowCodeProps) {
  const [isOpen, setOpen] = useState(false),
    [code, setCode] = useState<string>(),
    [failed, setFailed] = useState<string>();
  useEffect(() => {
    if (!isOpen) return undefined;
    let isOld = false;
    load().then(
      (text) => {
        if (isOld) return;
        setCode(text);
        setFailed(undefined);
      },
      (error: unknown) => !isOld && setFailed(messageOf(error)),
    );
    return () => {
      isOld = true;
    };
  }, [isOpen, of]);
  const hasOwn = code?.includes("./own-layer.ts") === true;
  return (
    <details class="code" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Show the code</summary>
      {failed !== undefined && <p class="soft">There is no program yet: {failed}</p>}
      {failed === undefined && code === undefined && <p class="soft">Writing the program…</p>}
      {failed === undefined && code !== undefined && (
        <>
          <p>
            Save it as {file} in a folder with the package chainrule, and run it: <code>npx tsx {file}</code>
          </p>
          <Program file={file} text={code} />
          {hasOwn && (
            <>
              <p>Save the layer beside it, as own-layer.ts:</p>
              <Program file="own-layer.ts" text={own} />
            </>
          )}
        </>
      )}
    </details>
  );
}

function Program({ file, text }: { readonly file: string; readonly text: string }) {
  const [copied, setCopied] = useState<string>();
  return (
    <>
      <pre tabIndex={0} role="region" aria-label={file}>
        <code>{text}</code>
      </pre>
      <div class="row">
        <button type="button" class="quiet" onClick={() => save(file, text, "text/plain")}>
          Save {file}
        </button>
        {"clipboard" in navigator && (
          <button
            type="button"
            class="quiet"
            onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text), () => undefined)}
          >
            {copied === text ? "Copied" : "Copy"}
          </button>
        )}
      </div>
    </>
  );
}
