// What a user of @langchain/openai does.
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";

const chat = (baseURL, model, more = {}) =>
  new ChatOpenAI({ model, apiKey: "sk-nobody", maxRetries: 2, timeout: 30_000, configuration: { baseURL }, useResponsesApi: false, ...more });

const weather = tool(async () => "21 degrees", {
  name: "weather", description: "The weather at a place.", schema: z.object({ place: z.string() }),
});

export const cases = {
  async invoke(baseURL, model) {
    const answer = await chat(baseURL, model).invoke([new SystemMessage("Be brief."), new HumanMessage("greet me")]);
    return { content: answer.content, usage: answer.usage_metadata, reason: answer.response_metadata.finish_reason };
  },
  async stream(baseURL, model) {
    let all;
    for await (const chunk of await chat(baseURL, model).stream("greet me")) all = all === undefined ? chunk : all.concat(chunk);
    return { content: all.content, usage: all.usage_metadata, reason: all.response_metadata.finish_reason };
  },
  async batch(baseURL, model) {
    const answers = await chat(baseURL, model).batch(["greet me", "long text", "greet me"], { maxConcurrency: 3 });
    return answers.map((answer) => answer.content);
  },
  async "tools, bound and answered"(baseURL, model) {
    const bound = chat(baseURL, model).bindTools([weather]);
    const question = new HumanMessage("use tools");
    const first = await bound.invoke([question]);
    const answers = await Promise.all(
      first.tool_calls.map(async (call) => new ToolMessage({ content: await weather.invoke(call.args), tool_call_id: call.id })),
    );
    const last = await bound.invoke([question, first, ...answers]);
    return { calls: first.tool_calls, content: last.content };
  },
  async "tools, streamed"(baseURL, model) {
    let all;
    for await (const chunk of await chat(baseURL, model).bindTools([weather]).stream("use tools")) all = all === undefined ? chunk : all.concat(chunk);
    return { calls: all.tool_calls };
  },
  async "structured output"(baseURL, model) {
    const ferry = z.object({ port: z.string(), minutes: z.number(), via: z.array(z.string()) });
    return chat(baseURL, model).withStructuredOutput(ferry, { name: "ferry", method: "jsonSchema" }).invoke("structured");
  },
  async embeddings(baseURL) {
    const model = new OpenAIEmbeddings({ model: "scripted-embedding", apiKey: "sk-nobody", configuration: { baseURL }, dimensions: 8 });
    return { one: await model.embedQuery("a ferry"), many: await model.embedDocuments(["a ferry", "a lock"]) };
  },
  async "retry: 500, then an answer"(baseURL, model) {
    return { content: (await chat(baseURL, model).invoke("failing once")).content };
  },
};
