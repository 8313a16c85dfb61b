package io.weir.cli.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.cli.check.TextDocument;
import io.weir.cli.remote.CallException;
import io.weir.cli.remote.ServiceApi;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The documents that this run of the demo put in, found again by a tag of its own. Not thread-safe.
 */
final class Library {

  private final ServiceApi breadcrumbs;
  private final String tag;
  private final Map<String, TextDocument> byId = new LinkedHashMap<>();

  /**
   * @param tag no other run has it
   */
  Library(ServiceApi breadcrumbs, String tag) {
    this.breadcrumbs = breadcrumbs;
    this.tag = tag;
  }

  String tag() {
    return tag;
  }

  /** The documents by their ids, in the order in which they were put in. */
  Map<String, TextDocument> documents() {
    return byId;
  }

  /** The id of the document with this content; throws when it was not accepted. */
  String idOf(TextDocument document) {
    return byId.entrySet().stream()
        .filter(entry -> entry.getValue().equals(document))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new CallException("\"" + document.title() + "\" was not accepted before"));
  }

  /** Puts a document in and returns its id. */
  String add(TextDocument document) throws InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("title", document.title());
    body.putObject("context").put("content", document.content());
    body.put("schema_name", "weir.demo.v1").putArray("tags").add("demo").add(tag);
    String id = breadcrumbs.post("/breadcrumbs", body).json().path("id").asText();
    byId.put(id, document);
    return id;
  }

  /** Takes the documents out again. */
  void clear() throws InterruptedException {
    for (String id : byId.keySet()) {
      breadcrumbs.delete("/breadcrumbs/" + id);
    }
    byId.clear();
  }
}
