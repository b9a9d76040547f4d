export const BUDGET: number;
export function isCore(path: string): boolean;
export function codeLines(text: string): number;
export function longLines(text: string, path: string): { line: number; length: number }[];
