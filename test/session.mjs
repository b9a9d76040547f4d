/** One process for many commands of scripts/run.mjs: see session.ts. */
const { main, runExperiment } = await import("../src/cli/main.node.ts");
const example = new URL("../examples/mnist-dropout.ts", import.meta.url).pathname;
const { stdout, stderr } = process, writes = [stdout.write, stderr.write];

/** Keeps what is written; who writes is called back, as by a stream. */
function keep(texts, name) {
  return (chunk, ...rest) => {
    texts[name] += String(chunk);
    rest.findLast((argument) => typeof argument === "function")?.();
    return true;
  };
}

process.on("message", async ([name, ...args]) => {
  const texts = { out: "", err: "" };
  stdout.write = keep(texts, "out");
  stderr.write = keep(texts, "err");
  process.exitCode = undefined;
  let code;
  try {
    code = name === "mnist-dropout"
      ? await runExperiment(example, args, "npm start --")
      : await main([name, ...args], (asked) => `npm run ${asked} --`);
  } catch (error) {
    texts.err += String(error?.stack);
    code = 1;
  }
  [stdout.write, stderr.write] = writes;
  process.send({ code, ...texts });
});
