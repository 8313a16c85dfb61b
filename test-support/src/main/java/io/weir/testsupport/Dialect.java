package io.weir.testsupport;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The bodies of one protocol for one request. */
interface Dialect {
  boolean wantsStream();

  ObjectNode completion(Mood.Answer answer);

  ObjectNode completion(Mood.ToolCalls answer);

  /** The server-sent events of a stream, each whole, all but its {@link #end}. */
  List<String> frames(Mood.Answer answer);

  List<String> frames(Mood.ToolCalls answer);

  /** The last event. */
  String end();

  /** An error as an event within a stream. */
  String errorFrame(String type, String message);

  ObjectNode error(int status, String message);

  ObjectNode wrongKey();

  ObjectNode rateLimited(long seconds);
}
