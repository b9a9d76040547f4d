/** Asks the worker of Step. */
import { WorkerClient } from "../ui/workers.ts";
import type { FromStep, NumberAnswer, Opened, PictureKind, StepRequest, ToStep } from "./protocol.ts";

const SECONDS = 15;

export class StepClient {
  private last: { readonly request: StepRequest; readonly own: string | undefined } | undefined;
  private readonly client = new WorkerClient<ToStep, FromStep>({
    make: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
    seconds: SECONDS,
    first: () => this.last && { type: "open", ...this.last },
  });

  async open(request: StepRequest, own: string | undefined): Promise<Opened> {
    this.last = undefined;
    const { opened } = await this.client.ask({ type: "open", request, own }, "opened");
    this.last = { request, own };
    return opened;
  }

  async number(op: number, name: string, at: readonly number[], digits: number): Promise<NumberAnswer> {
    return (await this.client.ask({ type: "number", op, name, at, digits }, "number")).answer;
  }

  async picture(kind: PictureKind, width: number): Promise<string> {
    return (await this.client.ask({ type: "picture", kind, width }, "picture")).svg;
  }

  end(): void {
    this.client.end();
  }
}
