/** The types of serve.mjs, which the contenders in plain JavaScript share. */

/** The digits: x as rows of 784 numbers, labels as bytes. */
export function digits(): { x: Float32Array; labels: Uint8Array };

/** Numbers spread over [-1, 1), the same ones each time. */
export function noise(length: number, seed?: number): Float32Array;

/**
 * Answers orders until there are no more.
 * @param jobs by workload: what makes the job that is then done over and over.
 * @param note what is to be said of the times, if anything.
 */
export function serve(jobs: Readonly<Record<string, () => () => unknown>>, note?: () => string | undefined): Promise<void>;
