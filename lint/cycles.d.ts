export function importsOf(paths: readonly string[], text: (path: string) => string): Map<string, string[]>;
export function cyclesOf(imports: ReadonlyMap<string, readonly string[]>): string[][];
