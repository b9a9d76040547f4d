import { DataError } from "../../tensor/errors.ts";
import type { Table } from "./table.ts";

/** How many cells a message shows. */
const SHOWN = 10;

/** Collects cells that cannot be used: all are counted, the first ten shown. */
export class Problems {
  private count = 0;
  private readonly shown: { row: number; column: string; given: string; allowed: string }[] = [];
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  /** @param given says what is there, if it is shown. */
  add(row: number, column: string, given: () => string, allowed: string): void {
    if (this.count++ < SHOWN) this.shown.push({ row, column, given: given(), allowed });
  }

  /** @throws DataError if there was any. */
  throwIfAny(advice = ""): void {
    const { shown, count, table } = this;
    if (count === 0) return;
    const place = (row: number, column: string) => `${table.placeOf(row)}, column ${column.slice(0, 60)}`;
    const allowed = [...new Set(shown.map((one) => one.allowed))].join("; ");
    if (count === 1) {
      const [{ row, column, given }] = shown;
      throw new DataError({ where: `${table.name}, ${place(row, column)}`, given, allowed, advice });
    }
    const list = shown.map(({ row, column, given }) => `${place(row, column)}: ${given}`).join("; ");
    const rest = count > shown.length ? `; and ${count - shown.length} more` : "";
    const given = `${count} cells that cannot be used: ${list}${rest}`;
    throw new DataError({ where: table.name, given, allowed, advice });
  }
}
