package io.weir.platform.llm.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an answer must look like and how it is read. The schema is what the model is told; {@link
 * #parse} decides, since not every model keeps to a schema. Implementations are thread-safe.
 *
 * @param <T> what a valid answer becomes
 */
public interface AnswerFormat<T> {
  /** The name that goes with the schema: {@code [A-Za-z0-9_-]{1,64}}. */
  String name();

  /** A new copy of the schema, as {@link StrictSchema} makes it. */
  ObjectNode schema();

  /** Reads an answer that is a JSON object; never throws for what the model wrote. */
  Parsed<T> parse(ObjectNode answer);
}
