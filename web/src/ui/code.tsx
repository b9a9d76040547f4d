/** The same as a program of its own, to copy. It is written when it is asked for. */
import { useEffect, useState } from "preact/hooks";

interface ShowCodeProps {
  readonly file: string;
  /** undefined for what no program can have. */
  readonly load: () => Promise<string | undefined>;
  /** Changes with what the program is about. */
  readonly of: string;
}

export function ShowCode({ file, load, of }: ShowCodeProps) {
  const [isOpen, setOpen] = useState(false),
    [code, setCode] = useState<string>(),
    [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!isOpen) return undefined;
    let isOld = false;
    setCopied(false);
    load().then(
      (text) => !isOld && setCode(text),
      () => !isOld && setCode(undefined),
    );
    return () => {
      isOld = true;
    };
  }, [isOpen, of]);
  return (
    <details class="code" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Show the code</summary>
      {code === undefined ? (
        <p class="soft">There is no program for these data: they are in this page alone.</p>
      ) : (
        <>
          <p>
            Save it as {file} in a folder with the package chainrule, and run it: <code>npx tsx {file}</code>
          </p>
          <pre tabIndex={0}>
            <code>{code}</code>
          </pre>
          <button
            type="button"
            class="quiet"
            onClick={() => void navigator.clipboard?.writeText(code).then(() => setCopied(true))}
          >
            {copied ? "Copied" : "Copy"}
          </button>
        </>
      )}
    </details>
  );
}
