export const BUDGET: number;
export function filesOf(program: string): Promise<string[]>;
export function codeLines(text: string): number;
export function longLines(text: string): { line: number; length: number }[];
