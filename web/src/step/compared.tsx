import { shown } from "./numbers.ts";
import type { Comparison } from "./protocol.ts";

/** Train beside test time, for both forms of dropout. */
export function Compared({
  comparison,
  digits,
}: {
  readonly comparison: readonly Comparison[];
  readonly digits: number;
}) {
  if (comparison.length === 0) return null;
  const list = (values: readonly number[]) => values.map((value) => shown(value, digits)).join("  ");
  return (
    <details class="settings">
      <summary>Dropout in training and at test time, both scalings</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Dropout in training and at test time">
        <table>
          <thead>
            <tr>
              <th scope="col">scaling</th>
              <th scope="col">mean output over 20 masks</th>
              <th scope="col">output in eval mode</th>
            </tr>
          </thead>
          <tbody>
            {comparison.map(({ scaling, meanOfPasses, atTest }) => (
              <tr key={scaling}>
                <th scope="row">
                  {scaling === "inverted" ? "divided by keep in training" : "times keep at test time"}
                </th>
                <td>{list(meanOfPasses)}</td>
                <td>{list(atTest)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="soft">For the first row. The second form is that of Srivastava et al. (2014).</p>
    </details>
  );
}
