/** Pictures of the pass: drawn by the worker when they are opened. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Message } from "../ui/inputs.tsx";
import { Picture, useWidth } from "../ui/picture.tsx";
import type { StepClient } from "./client.ts";
import type { Opened, PictureKind } from "./protocol.ts";
import { messageOf } from "../ui/message-of.ts";

interface PicturesProps {
  readonly client: StepClient;
  readonly opened: Opened;
}

export function Pictures({ client, opened }: PicturesProps) {
  return (
    <>
      <Drawn client={client} opened={opened} kind="thinned" title="The network, with dropped units crossed out" />
      <Drawn client={client} opened={opened} kind="graph" title="The computational graph, with data and gradients" />
    </>
  );
}

interface DrawnProps extends PicturesProps {
  readonly kind: PictureKind;
  readonly title: string;
}

function Drawn({ client, opened, kind, title }: DrawnProps) {
  const [isOpen, setOpen] = useState(false),
    [svg, setSvg] = useState<string>(),
    [failed, setFailed] = useState<string>();
  const place = useRef<HTMLDetailsElement>(null),
    width = Math.max(320, Math.min(1100, useWidth(place, 720)));
  useEffect(() => {
    if (!isOpen) return undefined;
    let isOld = false;
    client.picture(kind, width).then(
      (drawn) => {
        if (isOld) return;
        setSvg(drawn);
        setFailed(undefined);
      },
      (error: unknown) => !isOld && setFailed(messageOf(error)),
    );
    return () => {
      isOld = true;
    };
  }, [isOpen, opened, width]);
  return (
    <details class="settings" ref={place} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {failed !== undefined && <Message kind="wrong">{failed}</Message>}
      {svg !== undefined && <Picture svg={svg} name={kind === "graph" ? "computational-graph" : "thinned-network"} />}
    </details>
  );
}
