export const DIGEST: string;
export function weightsAfterTraining(chainrule: object): Uint8Array<ArrayBuffer>;
export function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
