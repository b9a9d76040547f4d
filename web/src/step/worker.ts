/** Computes Step in a worker, so that the page stays quick whatever is asked of it. */
import { useOwnLayer } from "../own-layer/current.ts";
import type { FromStep, ToStep } from "./protocol.ts";
import { Session } from "./session.ts";
import { messageOf } from "../ui/message-of.ts";
import { READY } from "../ui/workers.ts";

let session: Session | undefined;

self.onmessage = ({ data }: MessageEvent<ToStep>) => {
  void answerTo(data).then((answer) => self.postMessage(answer));
};
self.postMessage(READY);

async function answerTo(asked: ToStep): Promise<FromStep> {
  const { id } = asked;
  try {
    if (asked.type === "open") {
      session = undefined;
      await useOwnLayer(asked.own);
      session = new Session(asked.request);
      return { id, type: "opened", opened: session.opened };
    }
    if (session === undefined) throw new Error("No network is open.");
    if (asked.type === "picture") return { id, type: "picture", svg: await session.picture(asked.kind, asked.width) };
    return { id, type: "number", answer: session.number(asked.op, asked.name, asked.at, asked.digits) };
  } catch (error) {
    return { id, type: "failed", message: messageOf(error) };
  }
}
