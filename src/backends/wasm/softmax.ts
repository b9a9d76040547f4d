/** There is no kernel for softmax: the exponentials take nearly all of its time. */
export { softmax, softmaxBackward } from "../reference/softmax.ts";
