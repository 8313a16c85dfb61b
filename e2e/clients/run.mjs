// Runs the cases of one client: node run.mjs CLIENT BASE_URL MODEL. Prints one line of JSON a case.
const [client, baseURL, model] = process.argv.slice(2);
if (model === undefined) {
  console.error("usage: node run.mjs openai-node|langchain BASE_URL MODEL");
  process.exit(64);
}
const { cases } = await import(`./${client}.mjs`);
for (const [name, run] of Object.entries(cases)) {
  let result;
  try {
    result = await run(baseURL, model);
  } catch (error) {
    result = { thrown: `${error.constructor.name}: ${error.message}` };
  }
  console.log(JSON.stringify({ name, result }));
}
