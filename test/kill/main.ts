/** npm run test:kill -- [KILLS] [SEED]: kills a training process until so many left a checkpoint, and says what came of it. */
import { killOften, type Tally } from "./kills.ts";

const [kills = 200, seed = 1] = process.argv.slice(2).map(Number);
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed)) {
  console.error("npm run test:kill -- [KILLS] [SEED]: integers, at least one kill.");
  process.exit(2);
}

const lineOf = ({ kills: done, tooEarly, ended, resumed, wrong, leftovers }: Tally) =>
  `${done} kills: ${resumed} checkpoints went on to the end, ${wrong} of them to another one; before the first checkpoint `
  + `${tooEarly}, at the end ${ended}; half-written files left beside: ${leftovers}.`;

const tally = await killOften(kills, seed, (now) => { if (now.kills % 20 === 0) console.log(lineOf(now)); });
console.log(lineOf(tally));
process.exitCode = tally.wrong > 0 || tally.resumed === 0 ? 1 : 0;
