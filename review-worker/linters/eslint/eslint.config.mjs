// Weir's own rules for code under review. The submitter's configuration is never looked up, and comments in the
// code cannot switch rules off (--no-inline-config). Formatting is nobody's business here: only likely faults.
import js from "@eslint/js";
import globals from "globals";
import tseslint from "typescript-eslint";

const faults = {
  // Minutes on 43 KB of nested code.
  "no-useless-assignment": "off",
  "no-unused-vars": "warn",
  "no-empty": "warn",
  "array-callback-return": "error",
  "default-case-last": "warn",
  eqeqeq: ["warn", "smart"],
  "no-caller": "error",
  "no-constructor-return": "error",
  "no-eval": "error",
  "no-extend-native": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-promise-executor-return": "error",
  "no-return-assign": "warn",
  "no-script-url": "error",
  "no-self-compare": "error",
  "no-sequences": "warn",
  "no-template-curly-in-string": "warn",
  "no-throw-literal": "warn",
  "no-unmodified-loop-condition": "warn",
  "no-unreachable-loop": "error",
  "no-var": "warn",
  "prefer-promise-reject-errors": "warn",
  radix: "warn",
};

const everywhere = {
  ecmaVersion: "latest",
  sourceType: "module",
  globals: { ...globals.browser, ...globals.node },
};

export default [
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" } },
  {
    files: ["**/*.{js,mjs,cjs,jsx}"],
    languageOptions: { ...everywhere, parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: { ...js.configs.recommended.rules, ...faults },
  },
  { files: ["**/*.cjs"], languageOptions: { sourceType: "commonjs" } },
  ...[...tseslint.configs.recommended].map((config) => ({ ...config, files: ["**/*.{ts,mts,cts,tsx}"] })),
  {
    files: ["**/*.{ts,mts,cts,tsx}"],
    languageOptions: { ...everywhere, parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: {
      ...js.configs.recommended.rules,
      ...faults,
      // The compiler does these better, or typescript-eslint has its own.
      "no-undef": "off",
      "no-redeclare": "off",
      "no-unused-vars": "off",
      "no-dupe-class-members": "off",
      "getter-return": "off",
      "no-unreachable": "error",
      "@typescript-eslint/no-unused-vars": "warn",
      "@typescript-eslint/no-explicit-any": "warn",
    },
  },
];
