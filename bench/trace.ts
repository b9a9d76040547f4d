/**
 * npm run bench:trace: what the framework's own events cost when nobody listens. The calls are timed by themselves, as
 * a pass with them and one without would differ by less than the machine's noise.
 */
import { Affine, Dropout, ReLU, Sequential, tensor } from "../src/index.ts";
import { Pass, type LayerEvent } from "../src/nn/pass.ts";

const network = new Sequential([new Affine(3, 4), new ReLU(), new Dropout({ keep: 0.8 }), new Affine(4, 2)], { seed: 1 });
const x = tensor([[1, 2, -1], [0.5, -1, 2]]), dy = tensor([[1, -1], [0.5, 2]]);
const pass = () => network.backward((network.forward(x), dy));

/** Nanoseconds a call: the median of eleven rounds. */
function nanoseconds(calls: number, run: () => void): number {
  const rounds = Array.from({ length: 11 }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) run();
    return (performance.now() - start) / calls * 1e6;
  });
  return rounds.sort((a, b) => a - b)[5];
}

let events = 0;
const observed = Pass.begin(network, { observer: () => { events++; } });
pass();
observed.rollback();
const nobody: { observer?: (event: LayerEvent) => void } = {};
const call = nanoseconds(1e6, () => { nobody.observer?.({ layer: network, phase: "forward", inputs: [x], output: x }); });
const whole = nanoseconds(1e4, pass);
console.log(`one call when nobody listens: ${call.toFixed(1)} ns; ${events} calls in a pass of ${(whole / 1000).toFixed(1)} µs: `
  + `${(100 * events * call / whole).toFixed(2)} % of it`);
