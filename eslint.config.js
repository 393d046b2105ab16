// What every module of the player is held to: eslint's recommended rules, and a word on every export.

import js from "@eslint/js";
import jsdoc from "eslint-plugin-jsdoc";
import globals from "globals";

export default [
  { ignores: ["**/*.min.js", "cache/", ".venv/"] },
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    plugins: { jsdoc },
    rules: {
      eqeqeq: "error",
      "prefer-const": "error",
      "no-var": "error",
      // A base class names what its subclasses are given.
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "jsdoc/require-jsdoc": [
        "error",
        {
          publicOnly: true,
          contexts: ["ExportNamedDeclaration > VariableDeclaration"],
          require: { ClassDeclaration: true, MethodDefinition: true, FunctionDeclaration: true },
          checkConstructors: true,
        },
      ],
      "jsdoc/check-param-names": "error",
      "jsdoc/require-param-type": "error",
    },
    settings: { jsdoc: { mode: "typescript" } },
  },
  { files: ["tests/**"], languageOptions: { globals: globals.node } },
];
