#!/usr/bin/env node
/**
 * The command of the package: chainrule train | predict | trace | check-layer.
 *
 * Written in old syntax, and importing nothing at the top: an old Node has to read this file before it can be
 * told that it is too old.
 */
var OLDEST_NODE = 20;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  console.error("chainrule needs Node " + OLDEST_NODE + " or newer, not " + process.versions.node + ".");
  process.exit(1);
}

process.on("SIGINT", function () {
  console.error("\nStopped by Ctrl-C.");
  process.exit(130);
});

// Whoever reads the output may stop early, as `head` does.
process.stdout.on("error", function (error) {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

// A trace names the file of each layer: the readable one, which the maps lead to.
if (process.argv[2] === "trace") process.setSourceMapsEnabled(true);

import("../dist/cli/main.node.js").then(function (cli) {
  return cli.main(process.argv.slice(2));
}).then(function (code) {
  process.exitCode = code;
}).catch(function (error) {
  console.error(error);
  process.exit(1);
});
