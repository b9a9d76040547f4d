export const BUDGET: number;
export const COLUMNS: number;
export function isCore(path: string): boolean;
export function codeLines(text: string): number;
export function longLines(text: string): { line: number; length: number }[];
