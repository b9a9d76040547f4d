import { useEffect, useState } from "preact/hooks";
import type { ComponentType } from "preact";
import { linkOf, TABS, usePlace, type Tab } from "./link/link.ts";
import { Boundary } from "./ui/boundary.tsx";
import { Message, Retry } from "./ui/inputs.tsx";
import { messageOf } from "./ui/message-of.ts";

export interface PartProps {
  readonly given: URLSearchParams;
}

const PARTS: Readonly<
  Record<
    Tab,
    { readonly label: string; readonly caption: string; readonly load: () => Promise<ComponentType<PartProps>> }
  >
> = {
  step: {
    label: "Step",
    caption: "One pass through a small network, a step at a time: every number, and where it came from.",
    load: async () => (await import("./step/view.tsx")).StepPart,
  },
  train: {
    label: "Train",
    caption: "Two networks that differ in one thing, trained side by side.",
    load: async () => (await import("./train/view.tsx")).TrainPart,
  },
  draw: {
    label: "Draw",
    caption: "Draw a digit, and see what the networks make of it.",
    load: async () => (await import("./draw/view.tsx")).DrawPart,
  },
  "own-layer": {
    label: "Own layer",
    caption: "Write a layer, have its backward pass checked, and use it.",
    load: async () => (await import("./own-layer/view.tsx")).OwnLayerPart,
  },
};

export function App() {
  const { tab, given, refused } = usePlace();
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to content
      </a>
      <header>
        <h1>chainrule</h1>
        <nav aria-label="Parts of the page">
          {TABS.map((name) => (
            <a
              key={name}
              href={`#${name}`}
              aria-current={name === tab ? "page" : undefined}
              onClick={(event) => {
                event.preventDefault();
                location.hash = linkOf(name);
              }}
            >
              {PARTS[name].label}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <h2>
          {PARTS[tab].label}
          <small>{PARTS[tab].caption}</small>
        </h2>
        {refused !== undefined && <Message kind="wrong">{refused}</Message>}
        <Boundary key={tab}>
          <Part tab={tab} given={given} />
        </Boundary>
      </main>
      <footer>
        <p>Everything is computed in this browser by chainrule; nothing is sent anywhere.</p>
      </footer>
    </>
  );
}

/** A part is loaded when it is opened. */
function Part({ tab, given }: { readonly tab: Tab; readonly given: URLSearchParams }) {
  const [loaded, setLoaded] = useState<{ readonly Content: ComponentType<PartProps> }>(),
    [failed, setFailed] = useState<string>(),
    [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setFailed(undefined);
    PARTS[tab].load().then(
      (Content) => setLoaded({ Content }),
      (error: unknown) => setFailed(messageOf(error)),
    );
  }, [tab, attempt]);
  if (failed !== undefined) {
    // Some browsers remember that a script did not arrive: then only another visit asks for it again.
    const retry = () => (attempt === 0 ? setAttempt(1) : location.reload());
    return (
      <Message kind="wrong">
        This part could not be loaded: {failed} <Retry onRetry={retry} />
      </Message>
    );
  }
  if (loaded === undefined) return <p role="status">Loading {PARTS[tab].label}…</p>;
  return <loaded.Content given={given} />;
}
