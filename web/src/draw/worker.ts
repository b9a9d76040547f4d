/** Asks the packed networks in a worker: a hundred passes would keep the page from drawing. */
import { messageOf } from "../ui/message-of.ts";
import { READY } from "../ui/workers.ts";
import { predictionOf } from "../train/predict.ts";
import { loadPacked, type Packed } from "./packed.ts";
import type { FromDraw, ToDraw } from "./protocol.ts";

let packed: Packed | undefined;

self.onmessage = ({ data }: MessageEvent<ToDraw>) => {
  void answerTo(data)
    .catch((error: unknown): FromDraw => ({ id: data.id, type: "failed", message: messageOf(error) }))
    .then((answer) => self.postMessage(answer));
};
self.postMessage(READY);

async function answerTo({ id, x, passes, from }: ToDraw): Promise<FromDraw> {
  packed ??= await loadPacked(from);
  return { id, type: "predictions", predictions: packed.map((network) => predictionOf(network, x, passes)) };
}
