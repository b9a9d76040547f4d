import type { Network } from "../network/network.ts";
import { Pass } from "../nn/pass.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { placesIn } from "../trace/places.ts";
import { listenIn } from "../trace/probe.ts";
import { trainingCopy } from "../trace/record.ts";
import { Recorder } from "../trace/recorder.ts";
import type { Step } from "../trace/recording.ts";

/** The steps of one forward pass of a copy of the network, in its mode and with the masks it would draw next. */
export function forwardSteps(network: Network, x: Tensor | Nested): readonly Step[] {
  const copy = trainingCopy(network), places = placesIn(copy), input = copy.asInput(x);
  const probes = new Map(Array.from(places.layers.keys(), (one) => [one, listenIn(one)]));
  const recorder = new Recorder(places, probes, input);
  const pass = Pass.begin(copy, { observer: (event) => { recorder.record(event); } });
  try {
    copy.forward(input);
  } finally {
    pass.rollback();
  }
  return recorder.steps;
}
