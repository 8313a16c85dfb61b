// What a user of the openai package does, and what it makes of the answers.
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { errorOf, messageOf, tools } from "./shared.mjs";

const Ferry = z.object({ port: z.string(), minutes: z.number().int(), via: z.array(z.string()) });

function client(baseURL, options = {}) {
  return new OpenAI({ baseURL, apiKey: "sk-nobody", maxRetries: 2, timeout: 30_000, ...options });
}

const user = (content) => [{ role: "user", content }];

async function streamed(stream) {
  const seen = { text: "", roles: [], reasons: [], ids: new Set(), objects: new Set(), usage: null, chunks: 0, empty: 0 };
  for await (const chunk of stream) {
    seen.chunks++;
    seen.ids.add(chunk.id);
    seen.objects.add(chunk.object);
    if (chunk.usage) seen.usage = chunk.usage;
    if (chunk.choices.length === 0) seen.empty++;
    for (const choice of chunk.choices) {
      seen.text += choice.delta.content ?? "";
      if (choice.delta.role) seen.roles.push(choice.delta.role);
      if (choice.finish_reason) seen.reasons.push(choice.finish_reason);
    }
  }
  return { ...seen, ids: seen.ids.size, objects: [...seen.objects] };
}

export const cases = {
  async chat(baseURL, model) {
    const answer = await client(baseURL).chat.completions.create({ model, messages: user("greet me"), temperature: 0.2, max_completion_tokens: 50 });
    return messageOf(answer);
  },
  async "chat: 1 MB of prompt"(baseURL, model) {
    const answer = await client(baseURL).chat.completions.create({ model, messages: user("greet me " + "x".repeat(1 << 20)) });
    return messageOf(answer);
  },
  async "chat: stop, n, seed, user, metadata"(baseURL, model) {
    const answer = await client(baseURL).chat.completions.create({
      model, messages: user("greet me"), n: 1, stop: ["END"], seed: 7, user: "u-1", logit_bias: {}, presence_penalty: 0.1, max_tokens: 20,
      metadata: { trace: "1" }, store: false,
    });
    return messageOf(answer);
  },
  async "stream"(baseURL, model) {
    return streamed(await client(baseURL).chat.completions.create({ model, messages: user("greet me"), stream: true }));
  },
  async "stream: with usage"(baseURL, model) {
    return streamed(await client(baseURL).chat.completions.create({
      model, messages: user("greet me"), stream: true, stream_options: { include_usage: true },
    }));
  },
  async "stream: long text, non-ASCII"(baseURL, model) {
    return streamed(await client(baseURL).chat.completions.create({ model, messages: user("long text"), stream: true }));
  },
  async "stream: helper's final completion"(baseURL, model) {
    const runner = client(baseURL).chat.completions.stream({ model, messages: user("greet me"), stream_options: { include_usage: true } });
    return messageOf(await runner.finalChatCompletion());
  },
  async "stream: provider breaks off"(baseURL, model) {
    let text = "";
    try {
      const stream = await client(baseURL, { maxRetries: 0 }).chat.completions.create({ model, messages: user("break off"), stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
    } catch (error) {
      return { text, failed: true };
    }
    return { text, failed: false };
  },
  async "stream: ended by the client"(baseURL, model) {
    const stream = await client(baseURL).chat.completions.create({ model, messages: user("slow text"), stream: true });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 3) break;
    return { chunks };
  },
  async "tools"(baseURL, model) {
    return messageOf(await client(baseURL).chat.completions.create({ model, messages: user("use tools"), tools, tool_choice: "auto", parallel_tool_calls: true }));
  },
  async "tools: streamed"(baseURL, model) {
    const runner = client(baseURL).chat.completions.stream({ model, messages: user("use tools"), tools });
    return messageOf(await runner.finalChatCompletion());
  },
  async "tools: loop of the helper"(baseURL, model) {
    const calls = [];
    const runner = client(baseURL).chat.completions.runTools({
      model,
      messages: user("use tools"),
      tools: tools.map((tool) => ({
        type: "function",
        function: {
          ...tool.function,
          parse: JSON.parse,
          function: (given) => { calls.push(given); return JSON.stringify({ degrees: 21 }); },
        },
      })),
    });
    return { text: await runner.finalContent(), calls };
  },
  async "structured output"(baseURL, model) {
    const answer = await client(baseURL).chat.completions.parse({
      model, messages: user("structured"), response_format: zodResponseFormat(Ferry, "ferry"),
    });
    return { parsed: answer.choices[0].message.parsed, reason: answer.choices[0].finish_reason };
  },
  async "structured output: streamed"(baseURL, model) {
    const runner = client(baseURL).chat.completions.stream({
      model, messages: user("structured"), response_format: zodResponseFormat(Ferry, "ferry"),
    });
    return { parsed: (await runner.finalChatCompletion()).choices[0].message.parsed };
  },
  async "embeddings: the client's default (base64)"(baseURL) {
    const answer = await client(baseURL).embeddings.create({ model: "scripted-embedding", input: ["a ferry", "a lock"], dimensions: 8 });
    return { data: answer.data, usage: answer.usage, model: answer.model };
  },
  async "embeddings: float"(baseURL) {
    const answer = await client(baseURL).embeddings.create({ model: "scripted-embedding", input: "a ferry", encoding_format: "float" });
    return { data: answer.data, usage: answer.usage };
  },
  async "models: one"(baseURL, model) {
    const { id, object } = await client(baseURL).models.retrieve(model);
    return { id, object };
  },
  async "models: the list has it"(baseURL, model) {
    const ids = [];
    for await (const one of client(baseURL).models.list()) ids.push(one.id);
    return { listed: ids.includes(model) };
  },
  async "error: 400 of the provider"(baseURL, model) {
    return errorOf(() => client(baseURL).chat.completions.create({ model, messages: user("fail 400") }));
  },
  async "error: 404 for a model that is not there"(baseURL) {
    const error = await errorOf(() => client(baseURL).chat.completions.create({ model: "no-such-model", messages: user("fail 404") }));
    return { name: error.name, status: error.status };
  },
  async "error: 422 of the provider"(baseURL, model) {
    return errorOf(() => client(baseURL).chat.completions.create({ model, messages: user("fail 422") }));
  },
  async "error: 429, given up"(baseURL, model) {
    const error = await errorOf(() => client(baseURL, { maxRetries: 0 }).chat.completions.create({ model, messages: user("always limited") }));
    return error;
  },
  async "error: 500, given up"(baseURL, model) {
    const { name } = await errorOf(() => client(baseURL, { maxRetries: 0 }).chat.completions.create({ model, messages: user("fail 500") }));
    return { name };
  },
  async "retry: 429 with Retry-After, then an answer"(baseURL, model) {
    return messageOf(await client(baseURL).chat.completions.create({ model, messages: user("limited once") }));
  },
  async "retry: 500, then an answer"(baseURL, model) {
    return messageOf(await client(baseURL).chat.completions.create({ model, messages: user("failing once") }));
  },
  async "time-out of the client"(baseURL, model) {
    const { name } = await errorOf(() => client(baseURL, { maxRetries: 0, timeout: 700 }).chat.completions.create({ model, messages: user("silence") }));
    return { name };
  },
};
