/** In place of tsx, whose work is done by hooks.mjs. */
export function register() {}
