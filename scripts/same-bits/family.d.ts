export const FAMILY_DIGEST: string;
export function weightsAfterFamilyTraining(chainrule: object): Uint8Array<ArrayBuffer>;
