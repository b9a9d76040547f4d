/**
 * Runs a TypeScript program of this project:
 * node scripts/run.mjs mnist-dropout | experiment FILE | merge DIR… | worker FILE | queue | train FILE | predict MODEL FILE | trace | check-layer FILE | conformance DIR | example [NAME]
 *
 * Written in old syntax, and importing nothing at the top that an old Node lacks: it has to read this file
 * before it can be told that it is too old.
 */
import { readdirSync, readFileSync } from "fs";
import { fileURLToPath, pathToFileURL } from "url";

var OLDEST_NODE = 20;
var root = fileURLToPath(new URL("..", import.meta.url));

var USAGE = 2;
var COMMANDS = ["trace", "picture", "check-layer", "train", "predict", "experiment", "merge", "worker", "queue"];
var USAGE_TEXT = "Usage: node scripts/run.mjs PROGRAM [arguments], where PROGRAM is one of\n"
  + "mnist-dropout, example, conformance, " + COMMANDS.join(", ") + ".";

function refuse(sentence, code) {
  console.error(sentence);
  process.exit(code);
}

function exampleNames() {
  return readdirSync(root + "examples")
    .filter(function (file) { return /\.ts$/.test(file); })
    .map(function (file) { return file.replace(/\.ts$/, ""); });
}

/** The first sentence of the comment a file begins with. */
function firstSentence(name) {
  var comment = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(root + "examples/" + name + ".ts", "utf8"));
  if (comment === null) return "";
  var text = comment[1].replace(/\n\s*\* ?/g, "\n").trim().split("\n\n")[0].replace(/\s+/g, " ");
  return (/^.*?[.?!](?= |$)/.exec(text) || [text])[0];
}

function listExamples() {
  return import("../src/cli/arguments.node.ts").then(function (cli) {
    var rows = exampleNames().map(function (name) { return [name, firstSentence(name)]; });
    console.log("Run one of them with: npm run example -- NAME\n");
    console.log(cli.rowsOf(rows, process.stdout.columns || 80).join("\n"));
    console.log("\nnpm run example -- NAME --help lists its options.");
  });
}

/** Runs the file as if it had been started by itself: its own arguments begin at process.argv[2]. */
function start(file, args, call) {
  process.argv = [process.argv[0], file].concat(args);
  process.env.CHAINRULE_CALL = call;
  return import(pathToFileURL(file).href);
}

function startExample(name, args, call) {
  var file = root + "examples/" + name + ".ts";
  if (exampleNames().indexOf(name) >= 0) {
    var isExperiment = /^export default experiment\(/m.test(readFileSync(file, "utf8"));
    return (isExperiment ? startExperiment : start)(file, args, call || "npm run example -- " + name);
  }
  return import("../src/tensor/errors.ts").then(function (errors) {
    var hint = errors.didYouMean(name, exampleNames());
    refuse("There is no example '" + errors.shownName(name) + "'." + (hint && " " + hint) + " `npm run example` lists all.", USAGE);
  });
}

/** An example that compares networks. */
function startExperiment(file, args, call) {
  return import("../src/cli/main.node.ts").then(function (cli) {
    return cli.runExperiment(file, args, call);
  }).then(function (code) {
    process.exitCode = code;
  });
}

/** The package's own command, from its sources. */
function command(name, args) {
  return import("../src/cli/main.node.ts").then(function (cli) {
    return cli.main([name].concat(args), function (asked) { return "npm run " + asked + " --"; });
  }).then(function (code) {
    process.exitCode = code;
  });
}

function run(what, args) {
  if (what === "mnist-dropout") return startExample(what, args, "npm start --");
  if (COMMANDS.indexOf(what) >= 0) return command(what, args);
  if (what === "conformance") return start(root + "conformance/main.ts", args, "npm run conformance --");
  if (what !== "example") return refuse(USAGE_TEXT, USAGE);
  if (args.length === 0 || args[0] === "--help" || args[0] === "-h") return listExamples();
  return startExample(args[0], args.slice(1));
}

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  refuse("chainrule needs Node " + OLDEST_NODE + " or newer; this is Node " + process.versions.node + ".", 1);
}

// Until a program has something of its own to say when it is interrupted, as while it is being loaded.
process.on("SIGINT", function () {
  console.error("\nStopped by Ctrl-C.");
  process.exit(130);
});

// Whoever reads the output may stop early, as `head` does.
process.stdout.on("error", function (error) {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

import("tsx/esm/api").then(function (tsx) {
  tsx.register();
  return run(process.argv[2], process.argv.slice(3));
}).catch(function (error) {
  console.error(error);
  process.exit(1);
});
