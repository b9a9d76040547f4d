import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import house from "./lint/plugin.js";

/** What holds in every TypeScript file. */
const everywhere = {
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": ["error", { destructuring: "all" }],
  "@typescript-eslint/no-explicit-any": "error",
  // A leading _ says that a name is there for its place only.
  "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  "@typescript-eslint/ban-ts-comment": [
    "error", { "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true },
  ],
};

export default defineConfig(
  { ignores: ["dist/", "dist-web/", ".dist-*/", "out/", "coverage/", "node_modules/", "**/*.d.ts"] },
  // No comment turns a rule off.
  { linterOptions: { noInlineConfig: true } },
  {
    files: ["src/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { house },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...everywhere,
      // Numbers in messages are wanted, and layers say there what they are.
      "@typescript-eslint/restrict-template-expressions": ["error", {
        allowNumber: true, allowBoolean: true, allow: [{ from: "file", name: "Layer" }],
      }],
      // Types say what callers should give, not what they do; and an index may lie beyond the end.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // x => y.set(x) is clear enough.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", { max: 250, skipBlankLines: false, skipComments: false }],
      "no-console": "error",
      "house/floors": "error",
      "house/node-files": "error",
      "house/one-environment": "error",
      "house/own-errors": "error",
      "house/same-bits": "error",
      "house/type-names": "error",
    },
  },
  {
    files: ["{test,examples,scripts,bench,conformance}/**/*.ts"],
    extends: [tseslint.configs.recommended],
    rules: everywhere,
  },
  {
    files: ["examples/**/*.ts"],
    plugins: { house },
    rules: { "house/examples": "error" },
  },
  {
    files: ["web/**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommended],
    rules: { ...everywhere, "max-lines": ["error", { max: 250 }], "max-len": ["error", { code: 120 }] },
  },
  {
    files: ["**/*.{js,mjs}"],
    // They say on an old Node that it is too old, so they are written in the syntax of one.
    ignores: ["scripts/run.mjs", "bin/chainrule.js"],
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error" },
  },
);
