// What all clients' cases have in common.

export const tools = [
  {
    type: "function",
    function: {
      name: "weather",
      description: "The weather at a place.",
      parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"], additionalProperties: false },
    },
  },
];

/** What of a completion must be the same whichever way it came; ids and times are not. */
export function messageOf(answer) {
  return {
    object: answer.object,
    model: answer.model,
    choices: answer.choices.map(({ index, message, finish_reason }) => ({
      index,
      finish_reason,
      message: {
        role: message.role,
        content: message.content,
        refusal: message.refusal ?? null,
        tool_calls: (message.tool_calls ?? []).map(({ id, type, function: f }) => ({ id, type, name: f.name, arguments: f.arguments })),
      },
    })),
    usage: answer.usage,
  };
}

/** The error that a call ends with, as a client's user sees it. */
export async function errorOf(call) {
  try {
    await call();
  } catch (error) {
    return {
      name: error.constructor.name,
      status: error.status,
      type: error.type,
      code: error.code,
      param: error.param,
      message: error.error?.message,
      retryAfter: error.headers?.get?.("retry-after") ?? null,
    };
  }
  return { name: "none" };
}
