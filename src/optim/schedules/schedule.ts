/**
 * The learning rate as a pure function of time: of how many steps, or epochs, have been made so far.
 * A schedule of your own is any such function: (t) => 0.1 / (1 + t).
 */
export type Schedule = (t: number) => number;
