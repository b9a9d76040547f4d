/** Asks the worker; one that is silent for long is ended, and another is started. */
import { startWorker } from "../ui/workers.ts";
import type { FromStep, NumberAnswer, Opened, PictureKind, StepRequest, ToStep } from "./protocol.ts";

const SECONDS = 15;

type Asked = ToStep extends infer T ? (T extends ToStep ? Omit<T, "id"> : never) : never;

export class StepClient {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, (answer: FromStep) => void>();
  private asked = 0;

  async open(request: StepRequest, own: string | undefined): Promise<Opened> {
    const answer = await this.ask({ type: "open", request, own });
    if (answer.type === "opened") return answer.opened;
    throw new Error(answer.type === "failed" ? answer.message : "The worker gave another answer.");
  }

  async number(op: number, name: string, at: readonly number[], digits: number): Promise<NumberAnswer> {
    const answer = await this.ask({ type: "number", op, name, at, digits });
    if (answer.type === "number") return answer.answer;
    throw new Error(answer.type === "failed" ? answer.message : "The worker gave another answer.");
  }

  async picture(kind: PictureKind, width: number): Promise<string> {
    const answer = await this.ask({ type: "picture", kind, width });
    if (answer.type === "picture") return answer.svg;
    throw new Error(answer.type === "failed" ? answer.message : "The worker gave another answer.");
  }

  end(): void {
    this.worker?.terminate();
    this.worker = undefined;
  }

  private ask(asked: Asked): Promise<FromStep> {
    const id = this.asked++;
    return new Promise((resolve) => {
      const fail = (message: string) => {
        this.end();
        resolve({ id, type: "failed", message });
      };
      const timer = setTimeout(
        () => fail(`This took longer than ${SECONDS} seconds and was stopped: try a smaller network.`),
        1000 * SECONDS,
      );
      this.waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(answer);
      });
      this.started().postMessage({ ...asked, id });
    });
  }

  private started(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = startWorker(
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      (message) => {
        const all = [...this.waiting];
        this.end();
        for (const [id, resolve] of all) resolve({ id, type: "failed", message });
      },
    );
    worker.onmessage = ({ data }: MessageEvent<FromStep>) => this.waiting.get(data.id)?.(data);
    this.worker = worker;
    return worker;
  }
}
