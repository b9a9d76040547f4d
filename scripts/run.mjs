/**
 * Runs a TypeScript program of this project:
 * node scripts/run.mjs mnist-dropout | experiment FILE | merge DIR… | train FILE | predict MODEL FILE | trace | check-layer FILE | conformance DIR | example [NAME]
 *
 * Written in old syntax, and importing nothing at the top that an old Node lacks: it has to read this file
 * before it can be told that it is too old.
 */
import { readdirSync, readFileSync } from "fs";
import { fileURLToPath, pathToFileURL } from "url";

var OLDEST_NODE = 20;
var root = fileURLToPath(new URL("..", import.meta.url));

function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
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
  var names = exampleNames();
  var width = Math.max.apply(null, names.map(function (name) { return name.length; }));
  console.log("Run one of them with: npm run example -- NAME\n");
  names.forEach(function (name) {
    console.log("  " + (name + " ".repeat(width)).slice(0, width) + "  " + firstSentence(name));
  });
}

/** Runs the file as if it had been started by itself: its own arguments begin at process.argv[2]. */
function start(file, args) {
  process.argv = [process.argv[0], file].concat(args);
  return import(pathToFileURL(file).href);
}

function startExample(name, args, call) {
  var file = root + "examples/" + name + ".ts";
  if (exampleNames().indexOf(name) >= 0) {
    var isExperiment = /^export default experiment\(/m.test(readFileSync(file, "utf8"));
    return isExperiment ? startExperiment(file, args, call || "npm run example -- " + name) : start(file, args);
  }
  return import("../src/tensor/errors.ts").then(function (errors) {
    var nearest = errors.nearestName(name, exampleNames());
    refuse("There is no example '" + name + "'. Did you mean " + nearest + "? `npm run example` lists all.");
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
  if (/^(trace|check-layer|train|predict|experiment|merge)$/.test(what)) return command(what, args);
  if (what === "conformance") return start(root + "conformance/main.ts", args);
  if (what === "example") return args.length === 0 ? listExamples() : startExample(args[0], args.slice(1));
  return refuse("Usage: node scripts/run.mjs mnist-dropout | experiment FILE | merge DIR… | train FILE | predict MODEL FILE | trace | check-layer FILE | conformance DIR | example [NAME]");
}

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  refuse("chainrule needs Node " + OLDEST_NODE + " or newer; this is Node " + process.versions.node + ".");
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
