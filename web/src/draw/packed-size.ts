/** Hidden units of the packed networks. */
export const HIDDEN = 64;
