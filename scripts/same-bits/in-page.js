/** The digests of the training runs in a browser, a line each, and which backend ran where none was chosen. */
import * as chainrule from "/dist/index.js";
import { digestOf } from "/training.js";
import { TRAININGS } from "/trainings.js";

const { backend, reason } = chainrule.backendInUse(), lines = [`backend ${backend}: ${reason}`];
for (const way of ["default", "reference"]) {
  if (way === "reference") chainrule.useBackend("reference");
  for (const [name, { weights }] of Object.entries(TRAININGS)) {
    lines.push([await digestOf(weights(chainrule)), name, way === "default" ? `${backend} by default` : way].join(" "));
  }
}
document.getElementById("out").textContent = lines.join("\n") + "\ndone";
