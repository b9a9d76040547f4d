import type { Network } from "../network/network.ts";
import { DataError } from "../tensor/errors.ts";
import { copyOf } from "../tensor/tensor.ts";

/** What `ask` returns. @throws DataError if it has changed a weight, since what is asked next would see that. */
export function withWeightsUnchanged<Answer>(where: string, network: Network, ask: () => Answer): Answer {
  const before = network.parameters.map(({ value }) => copyOf(value).data);
  const answer = ask();
  network.parameters.forEach(({ name, value: { data } }, k) => {
    const at = before[k].findIndex((number, i) => !Object.is(number, data[i]));
    if (at < 0) return;
    const given = `number ${at} of ${name}, parameter ${k + 1}, changed from ${before[k][at]} to ${data[at]}`;
    const allowed = "a network that is only asked", advice = `Change a copy: network.to("${network.dtype}").`;
    throw new DataError({ where, given, allowed, advice });
  });
  return answer;
}
